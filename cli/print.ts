/**
 * Writes text to the terminal, escaped so that a model file cannot control it.
 *
 * @module
 */
import { toJson } from "../lib/json.ts";
import { printable } from "../lib/printable.ts";
import { translateOptions } from "../lib/translate_options.ts";
import { stateOf } from "./files.ts";

/**
 * Prints results, to standard output.
 *
 * @throws {Error} if writing fails, as on a full disk.
 */
export function print(text: string): void {
  try {
    console.log(printable(text));
  } catch (cause) {
    throw new Error(`Cannot write to the standard output: ${stateOf(cause)}`, { cause });
  }
}

/** Prints a warning, to standard error. */
export function printWarning(message: string): void {
  console.error(printable(`Warning: ${translateOptions(message)}`));
}

/** Prints an informational message, to standard error. */
export function printNotice(message: string): void {
  console.error(printable(message));
}

/** Prints an error, to standard error. */
export function printError(message: string): void {
  console.error(printable(translateOptions(message)));
}

/** Prints data as JSON, to standard output. */
export function printJson(value: unknown): void {
  print(toJson(value, 2));
}
