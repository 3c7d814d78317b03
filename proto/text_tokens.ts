/**
 * The tokens of protobuf's text format: names, numbers and strings, and the white space and comments
 * between them.
 *
 * It works on the bytes of the file, so that a file of weights is never converted to one string.
 *
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/
 * @module
 */
import { MOST_FIELDS, TOO_MANY } from "./limits.ts";
import { causeOf, curlyQuoteIn } from "./text_causes.ts";
import { isDigit, isLetter } from "./text_characters.ts";
import { endOfDecimal } from "./text_decimals.ts";

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const APOSTROPHE = 0x27;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** More letters than any name or number has. */
const LONGEST_WORD = 1000;

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
    const starts = this.#lineStarts ??= lineStarts(this.bytes);
    let [low, high] = [0, starts.length];
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
    if (++this.#parts > MOST_FIELDS) throw this.error(at, TOO_MANY);
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
      if (byte === HASH) at = endOfLine(bytes, at) - 1;
      else if (byte !== SPACE && (byte === undefined || byte < TAB || byte > RETURN)) return at;
    }
  }

  /** The end of the name that starts at `at`; `at` itself if there is none. */
  endOfName(at: number): number {
    const { bytes } = this;
    if (!isLetter(bytes[at])) return at;
    let end = at + 1;
    while (isLetter(bytes[end]) || isDigit(bytes[end])) end++;
    if (end - at > LONGEST_WORD) throw this.error(at, `a name of ${end - at} letters`);
    return end;
  }

  /**
   * The end of the value that starts at `at`: a number, a name, or adjacent strings.
   *
   * @throws {SyntaxError} if there is no value, or a malformed one.
   */
  endOfScalar(at: number): number {
    const byte = this.bytes[at];
    if (byte === QUOTE || byte === APOSTROPHE) return this.#endOfStrings(at);
    const start = byte === MINUS ? this.skipBlank(at + 1) : at;
    const name = this.endOfName(start);
    if (name > start) return name;
    if (isDigit(this.bytes[start]) || this.bytes[start] === DOT) return this.#endOfNumber(start);
    const cause = causeOf(this.bytes, at);
    throw this.error(at, `expected a value, but found ${this.show(at)}${cause}`);
  }

  #endOfNumber(start: number): number {
    const { bytes } = this;
    let at = endOfDecimal(bytes, start);
    if (at > start && at - start <= LONGEST_WORD) return at;
    for (at = start; isLetter(bytes[at]) || isDigit(bytes[at]) || bytes[at] === DOT; at++) {
      const exponent = (bytes[at]! | 0x20) === 0x65 && !isHex(bytes, start);
      if (exponent && (bytes[at + 1] === PLUS || bytes[at + 1] === MINUS)) at++;
    }
    const number = this.ascii(start, Math.min(at, start + LONGEST_WORD));
    if (!NUMBER.test(number) || at - start > LONGEST_WORD) {
      throw this.error(start, `"${number}" is not a number${causeOf(bytes, start)}`);
    }
    return at;
  }

  #endOfStrings(at: number): number {
    const { bytes } = this;
    for (let end = at;;) {
      end = this.endOfString(at);
      at = this.skipBlank(end);
      if (bytes[at] !== QUOTE && bytes[at] !== APOSTROPHE) return end;
    }
  }

  /** The byte after the string that starts at `start`. */
  endOfString(start: number): number {
    const { bytes } = this;
    const quote = bytes[start];
    let at = start + 1;
    for (; at < bytes.length && bytes[at] !== NEWLINE; at++) {
      if (bytes[at] === quote) return at + 1;
      if (bytes[at] === BACKSLASH) at++;
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
    if (byte > SPACE && byte < 0x7f) return `"${String.fromCharCode(byte)}"`;
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
const NUMBER = /^(0[xX][0-9a-fA-F]+|\d+\.?\d*([eE][-+]?\d+)?[fF]?|\.\d+([eE][-+]?\d+)?[fF]?)$/;

function isHex(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0x30 && (bytes[start + 1]! | 0x20) === 0x78;
}

function endOfLine(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(NEWLINE, at);
  return end < 0 ? bytes.length : end;
}

function lineStarts(bytes: Uint8Array): Uint32Array {
  let lines = 1;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  const starts = new Uint32Array(lines);
  for (let at = bytes.indexOf(NEWLINE), line = 1; line < lines; line++) {
    starts[line] = at + 1;
    at = bytes.indexOf(NEWLINE, at + 1);
  }
  return starts;
}
