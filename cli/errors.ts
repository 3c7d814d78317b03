/**
 * Tells errors that say all there is to say from those that somebody has to look into.
 *
 * @module
 */
import { stateOf } from "./files.ts";
import { printError } from "./print.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Prints an error, and gives the exit code that goes with it: 2 for wrong usage, 1 for the rest.
 *
 * @param command What was called: `kaffe convert`.
 */
export function reportError(error: unknown, command: string): number {
  if (error instanceof UsageError) {
    printError(`${command}: ${error.message}\nsee ${command} --help`);
    return 2;
  }
  // Deno's own names the flag that allows it.
  if (error instanceof Deno.errors.NotCapable) printError(`${command}: ${stateOf(error)}`);
  else if (isKnown(error)) printError(error.message);
  else printError(error instanceof Error ? error.stack ?? error.message : String(error));
  return 1;
}

/** Our own errors are `Cannot <action> <object>: <state>`; so are a few of the engine's. */
function isKnown(error: unknown): error is Error {
  return error instanceof Error && /^Cannot .+: /s.test(error.message) &&
    !/^Cannot (read|set) propert/.test(error.message);
}
