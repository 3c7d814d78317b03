/**
 * Writes text to the terminal.
 *
 * Names in it come from model files. Characters by which a terminal is controlled, or by which text
 * is made to look like other text, are shown as escapes, so that a file can only ever be read.
 *
 * @module
 */
import { stateOf } from "./files.ts";
import { withOwnOptions } from "./own_options.ts";

/**
 * Prints what was asked for, to standard output.
 *
 * @throws {Error} if nobody can take it, as on a full disk.
 */
export function print(text: string): void {
  try {
    console.log(printable(text));
  } catch (cause) {
    throw new Error(`Cannot write to the standard output: ${stateOf(cause)}`, { cause });
  }
}

/** Prints what should be known beside it, to standard error. */
export function printWarning(message: string): void {
  console.error(printable(`Warning: ${withOwnOptions(message)}`));
}

/** Prints what was decided, to standard error. */
export function printNotice(message: string): void {
  console.error(printable(message));
}

/** Prints why something was not done, to standard error. */
export function printError(message: string): void {
  console.error(printable(withOwnOptions(message)));
}

/** Prints data for another program: JSON alone, to standard output. */
export function printJson(value: unknown): void {
  // JSON has no infinities; they are words here rather than null.
  const write = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  print(JSON.stringify(value, write, 2));
}

/** The text with everything invisible, except new lines, as `\u001b`. */
export function printable(text: string): string {
  return text.replace(invisible, escape);
}

const invisible =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
