/**
 * Reports errors: expected ones by their message, bugs with a stack trace.
 *
 * @module
 */
import { stateOf } from "./files.ts";
import { printError } from "./print.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Prints an error, and returns its exit code: 2 for wrong usage, 1 for the rest.
 *
 * @param command The command: `kaffe convert`.
 */
export function reportError(error: unknown, command: string): number {
  if (error instanceof UsageError) {
    printError(`${command}: ${error.message}\nsee ${command} --help`);
    return 2;
  }
  // Deno's own message names the flag that grants the permission.
  if (error instanceof Deno.errors.NotCapable) printError(`${command}: ${stateOf(error)}`);
  else if (isKnown(error)) printError(error.message);
  else printError(error instanceof Error ? error.stack ?? error.message : String(error));
  return 1;
}

/** Expected errors are `Cannot <action> <object>: <state>`, as are a few of the engine's. */
export function isKnown(error: unknown): error is Error {
  return error instanceof Error && /^Cannot .+: /s.test(error.message) &&
    !/^Cannot (read|set) propert/.test(error.message);
}
