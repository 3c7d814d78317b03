/**
 * Strings of the text format: escape sequences, and adjacent strings, which are concatenated.
 *
 * @module
 */
import { codes } from "./text_characters.ts";
import type { TextSource } from "./text_tokens.ts";

/** The bytes of the escape sequences of one character. */
const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["b", 8],
  ["t", 9],
  ["n", 10],
  ["v", 11],
  ["f", 12],
  ["r", 13],
  ["?", 0x3f],
  ["'", 0x27],
  ['"', 0x22],
  ["\\", 0x5c],
]);

/** The characters after the backslash of the longest escape, a pair of surrogates. */
const longestEscape = "uD83D\\uDE00".length;
/** The last code point of Unicode. */
const lastCodePoint = 0x10ffff;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text of the string at `start` and of adjacent strings after it.
 *
 * @throws {SyntaxError} if an escape is not one that protobuf knows.
 */
export function readString(source: TextSource, start: number): string {
  const end = source.endOfString(start);
  const isPlain = end - start < 1000 && source.endOfScalar(start) === end &&
    source.bytes.subarray(start, end).every((byte) => byte < 0x80 && byte !== codes.backslash);
  return isPlain ? source.ascii(start + 1, end - 1) : utf8.decode(unescape(source, start));
}

/**
 * The bytes of the string at `start` and of adjacent strings after it.
 *
 * @throws {SyntaxError} if an escape is not one that protobuf knows.
 */
export function unescape(source: TextSource, start: number): Uint8Array {
  const end = source.endOfScalar(start);
  const result = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end;) {
    const close = source.endOfString(at) - 1;
    for (at++; at < close;) {
      if (source.bytes[at] !== codes.backslash) {
        result[length++] = source.bytes[at++]!;
        continue;
      }
      const escape = readEscape(source, at, close);
      result.set(escape.bytes, length);
      length += escape.bytes.length;
      at = escape.end;
    }
    at = source.skipBlank(close + 1);
  }
  return result.subarray(0, length);
}

/** Bytes as a quoted string in ASCII. */
export function quote(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    if (byte === codes.newline) return "\\n";
    if (char === '"' || char === "\\") return `\\${char}`;
    return byte >= 0x20 && byte < 0x7f ? char : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${text.join("")}"`;
}

function readEscape(
  source: TextSource,
  at: number,
  close: number,
): { readonly bytes: ArrayLike<number>; readonly end: number } {
  const text = source.ascii(at + 1, Math.min(close, at + 1 + longestEscape));
  const simple = simpleEscapes.get(text[0]!);
  if (simple !== undefined) return { bytes: [simple], end: at + 2 };
  const octal = /^[0-7]{1,3}/.exec(text)?.[0];
  if (octal) return { bytes: [parseInt(octal, 8) & 0xff], end: at + 1 + octal.length };
  const hex = /^[xX]([0-9a-fA-F]{1,2})/.exec(text);
  if (hex) return { bytes: [parseInt(hex[1]!, 16)], end: at + 1 + hex[0].length };
  // Two surrogates, which stand for one character.
  const pair = /^u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/.exec(text);
  if (pair) return encoded(JSON.parse(`"\\${pair[0]}"`), at + 1 + pair[0].length);
  const unicode = /^(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(text);
  const [whole = "", short, long] = unicode ?? [];
  const code = parseInt(short ?? long ?? "", 16);
  // Without digits, the code is NaN.
  if (!(code <= lastCodePoint)) throw source.error(at, `"\\${text[0]}" does not start an escape`);
  return encoded(String.fromCodePoint(code), at + 1 + whole.length);
}

function encoded(text: string, end: number) {
  return { bytes: new TextEncoder().encode(text), end };
}
