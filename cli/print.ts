/**
 * Writes text to the terminal.
 *
 * Names in it come from model files. Control characters, and invisible characters that could make text
 * look like other text, are escaped, so that a file cannot control the terminal.
 *
 * @module
 */
import { stateOf } from "./files.ts";
import { translateOptions } from "./translate_options.ts";

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
  // JSON has no infinities or NaN; they become strings rather than null.
  const write = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  print(JSON.stringify(value, write, 2));
}

/** The text with invisible characters, except newlines, escaped like `\u001b`. */
export function printable(text: string): string {
  return text.replace(invisible, escape);
}

const invisible =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
