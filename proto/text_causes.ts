/**
 * Likely causes of syntax errors in text files, for messages.
 *
 * @module
 */

/** More bytes than a line has, if people wrote it. */
const longestLine = 1000;

/** Unexpected text, and what it is about. */
const causes: readonly (readonly [RegExp, string])[] = [
  [/^\/[/*]/, "; a comment starts with #"],
  [/^\.{0,2}\/\w/, "; a string, such as a path, needs quotes"],
  [/^(?:\.\.|…)/, "; dots stand for a part that is left out, and must be replaced by it"],
  [/^[“”„‟‘’‚‛«»]/, "; a string needs straight quotes"],
  [/^\u00a0/, ", the no-break space of a web page; replace it by a space"],
  [/^(?:<{4}|={4}|>{4})/, "; Git left both sides of a merge conflict, and only one may stay"],
  [/^```/, "; the fences of Markdown must be removed"],
  [/^\$/, ", a placeholder: replace those of a template first"],
];

/** The cause of an error at a position, to be appended to its message; empty if it is unknown. */
export function causeOf(bytes: Uint8Array, at: number): string {
  const text = new TextDecoder().decode(bytes.subarray(at, at + 4));
  const known = causes.find(([pattern]) => pattern.test(text));
  return known?.[1] ?? formatIn(bytes, at) ?? curlyQuoteIn(bytes, 0, at);
}

/** The cause of an error at a brace that Python's `format` would replace. */
function formatIn(bytes: Uint8Array, at: number): string | undefined {
  const around = new TextDecoder().decode(bytes.subarray(Math.max(at - 40, 0), at + 1));
  return /\{(?:\w+\}|\{)$/.test(around)
    ? "; if this is a template for Python's format(), fill it in: {names} by numbers, {{ and }} by { and }"
    : undefined;
}

/** The cause of an error in a line after a curly quote; empty if there is none. */
export function curlyQuoteIn(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(Math.max(start, end - longestLine), end);
  const line = new TextDecoder().decode(part).split("\n").at(-1)!;
  const [quote] = /[“”„‟]/.exec(line) ?? [];
  return quote === undefined ? "" : `; the curly quote ${quote} does not end a string`;
}
