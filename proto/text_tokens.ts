/**
 * The tokens of protobuf's text format: names, numbers and strings, and the white space and comments
 * between them.
 *
 * It works on the bytes of the file, so that a file of weights is never converted to one string.
 *
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/
 * @module
 */
import { mostFields, tooMany } from "./limits.ts";
import { causeOf, curlyQuoteIn } from "./text_causes.ts";
import { codes, isBlank, isDigit, isExponent, isHex, isLetter } from "./text_characters.ts";
import { endOfDecimal } from "./text_decimals.ts";

/** More letters than any name or number has. */
const longestWord = 1000;

/** The bytes of a text file, and the line and column of each of them. */
export class TextSource {
  readonly bytes: Uint8Array;
  readonly file: string;
  #lineStarts: Uint32Array | undefined;
  #parts = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = bytes;
    this.file = file;
  }

  /** The position of a byte, for error messages: `deploy.prototxt:12:7`. */
  where(at: number): string {
    this.#lineStarts ??= lineStarts(this.bytes);
    const starts = this.#lineStarts;
    let low = 0, high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle;
    }
    return `${this.file}:${low + 1}:${at - starts[low]! + 1}`;
  }

  /** An error about the bytes at a position. */
  error(at: number, problem: string): SyntaxError {
    return new SyntaxError(`Cannot read ${this.where(at)}: ${problem}`);
  }

  /**
   * Counts a field or a message, each of which takes much more memory than in the file.
   *
   * @throws {SyntaxError} if there are too many.
   */
  countPart(at: number): void {
    if (++this.#parts > mostFields) throw this.error(at, tooMany);
  }

  /** The text between two positions, which must be ASCII. */
  ascii(start: number, end: number): string {
    let text = "";
    for (let at = start; at < end; at++) text += String.fromCharCode(this.bytes[at]!);
    return text;
  }

  /** Whether the bytes between two positions equal an ASCII text. */
  isAscii(start: number, end: number, text: string): boolean {
    if (end - start !== text.length) return false;
    for (let i = 0; i < text.length; i++) {
      if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }

  /** The first byte at or after `at` that is neither white space nor in a comment. */
  skipBlank(at: number): number {
    const { bytes } = this;
    for (;; at++) {
      const byte = bytes[at];
      if (byte === codes.hash) at = endOfLine(bytes, at) - 1;
      else if (!isBlank(byte)) return at;
    }
  }

  /** The end of the name that starts at `at`; `at` itself if there is none. */
  endOfName(at: number): number {
    const { bytes } = this;
    if (!isLetter(bytes[at])) return at;
    let end = at + 1;
    while (isLetter(bytes[end]) || isDigit(bytes[end])) end++;
    if (end - at > longestWord) throw this.error(at, `a name of ${end - at} letters`);
    return end;
  }

  /**
   * The end of the value that starts at `at`: a number, a name, or adjacent strings.
   *
   * @throws {SyntaxError} if there is no value, or a malformed one.
   */
  endOfScalar(at: number): number {
    const byte = this.bytes[at];
    if (byte === codes.quote || byte === codes.apostrophe) return this.#endOfStrings(at);
    const start = byte === codes.minus ? this.skipBlank(at + 1) : at;
    const name = this.endOfName(start);
    if (name > start) return name;
    if (isDigit(this.bytes[start]) || this.bytes[start] === codes.dot) {
      return this.#endOfNumber(start);
    }
    const cause = causeOf(this.bytes, at);
    throw this.error(at, `expected a value, but found ${this.show(at)}${cause}`);
  }

  #endOfNumber(start: number): number {
    const { bytes } = this;
    let at = endOfDecimal(bytes, start);
    if (at > start && at - start <= longestWord) return at;
    for (at = start; isLetter(bytes[at]) || isDigit(bytes[at]) || bytes[at] === codes.dot; at++) {
      const hasExponent = isExponent(bytes[at]) && !isHex(bytes, start);
      if (hasExponent && (bytes[at + 1] === codes.plus || bytes[at + 1] === codes.minus)) at++;
    }
    const number = this.ascii(start, Math.min(at, start + longestWord));
    if (!numberPattern.test(number) || at - start > longestWord) {
      throw this.error(start, `"${number}" is not a number${causeOf(bytes, start)}`);
    }
    return at;
  }

  #endOfStrings(start: number): number {
    const { bytes } = this;
    for (let at = start;;) {
      const end = this.endOfString(at);
      at = this.skipBlank(end);
      if (bytes[at] !== codes.quote && bytes[at] !== codes.apostrophe) return end;
    }
  }

  /** The byte after the string that starts at `start`. */
  endOfString(start: number): number {
    const { bytes } = this;
    const quote = bytes[start];
    let at = start + 1;
    for (; at < bytes.length && bytes[at] !== codes.newline; at++) {
      if (bytes[at] === quote) return at + 1;
      if (bytes[at] === codes.backslash) at++;
    }
    const cause = curlyQuoteIn(bytes, start, at);
    throw this.error(start, `the string that starts here has no closing quote on its line${cause}`);
  }

  /** A description of the token at a position, for error messages. */
  show(at: number): string {
    const { bytes } = this;
    const byte = bytes[at];
    if (byte === undefined) return "the end of the file";
    const end = this.endOfName(at);
    if (end > at) return `"${this.ascii(at, Math.min(end, at + 60))}"`;
    if (byte > codes.space && byte < 0x7f) return `"${String.fromCharCode(byte)}"`;
    const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
    const [character] = utf8.decode(bytes.subarray(at, at + 4));
    if (byte < 0x80 || character === "\ufffd") {
      return `byte 0x${byte.toString(16).padStart(2, "0")}`;
    }
    const code = `U+${character!.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
    return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character!) ? `"${character}" (${code})` : code;
  }
}

/** Decimal, octal, hexadecimal, and the fractions that protobuf allows. */
const numberPattern =
  /^(0[xX][0-9a-fA-F]+|\d+\.?\d*([eE][-+]?\d+)?[fF]?|\.\d+([eE][-+]?\d+)?[fF]?)$/;

function endOfLine(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(codes.newline, at);
  return end < 0 ? bytes.length : end;
}

function lineStarts(bytes: Uint8Array): Uint32Array {
  const { newline } = codes;
  let lines = 1;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines++;
  const starts = new Uint32Array(lines);
  for (let at = bytes.indexOf(newline), line = 1; line < lines; line++) {
    starts[line] = at + 1;
    at = bytes.indexOf(newline, at + 1);
  }
  return starts;
}
