/**
 * Escapes characters by which text could deceive its reader: names come from model files.
 *
 * @module
 */

/**
 * The text with control characters, except newlines, and invisible ones, which could make it look like
 * other text, escaped like `\u001b`.
 */
export function printable(text: string): string {
  return text.replace(deceptive, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

const deceptive =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
