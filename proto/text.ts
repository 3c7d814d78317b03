/**
 * Reads protobuf's text format, the format of prototxts.
 *
 * A file is read twice. The parser records the position of each value, without any description; a
 * message is decoded from these positions once its description is known. Until then a value takes
 * the memory of one number, even in a file of weights with one `data:` per line.
 *
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/
 *
 * @module
 */
import { deepestNesting, tooDeep } from "./limits.ts";
import type { OpenMessage } from "./message.ts";
import { causeOf } from "./text_causes.ts";
import { TextMessage } from "./text_message.ts";
import { TextSource } from "./text_tokens.ts";

/**
 * Reads a message in protobuf's text format.
 *
 * @param bytes The file, in UTF-8.
 * @param file Its name, for messages.
 * @throws {SyntaxError} with line and column, if it is not in text format.
 */
export function readText(bytes: Uint8Array, file: string): OpenMessage {
  const source = new TextSource(bytes, file);
  const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return new Parser(source, hasByteOrderMark ? 3 : 0).message(0, undefined, 0);
}

class Parser {
  readonly #source: TextSource;
  #at: number;

  constructor(source: TextSource, at: number) {
    this.#source = source;
    this.#at = at;
  }

  /** Parses fields up to `close`, or up to the end of the file. */
  message(start: number, close: string | undefined, depth: number): TextMessage {
    if (depth > deepestNesting) throw this.#source.error(start, tooDeep);
    const message = new TextMessage(this.#source, start);
    while (!this.#isAtEnd(close)) {
      const at = this.#next();
      const name = this.#fieldName(message.lastName, close);
      const colon = this.#accept(":");
      if (this.#accept("[")) this.#list(message, at, name, depth);
      else this.#value(message, at, name, depth, colon);
      if (!this.#accept(";")) this.#accept(",");
    }
    return message;
  }

  #isAtEnd(close: string | undefined): boolean {
    return close === undefined ? this.#next() === this.#source.bytes.length : this.#accept(close);
  }

  #list(message: TextMessage, at: number, name: string, depth: number): void {
    if (this.#accept("]")) return;
    do {
      this.#value(message, at, name, depth, true);
    } while (this.#accept(","));
    if (!this.#accept("]")) throw this.#expected('"," or "]"');
  }

  #value(message: TextMessage, at: number, name: string, depth: number, colon: boolean): void {
    const start = this.#next();
    if (this.#accept("{")) message.addMessage(name, at, this.message(at, "}", depth + 1));
    else if (this.#accept("<")) message.addMessage(name, at, this.message(at, ">", depth + 1));
    else if (!colon) throw this.#expected('":" or "{"');
    else {
      this.#at = this.#source.endOfScalar(start);
      message.addScalar(name, at, start);
    }
  }

  /** Parses a field name. Names of extensions are in brackets: `[a.b]`. */
  #fieldName(previous: string | undefined, close: string | undefined): string {
    const source = this.#source;
    const start = this.#at;
    if (this.#accept("[")) return this.#extensionName(start);
    const end = source.endOfName(start);
    if (end === start) {
      // Where a value is missing, the name of the next field was taken for it.
      const isMissing = previous !== undefined && (this.#accept(":") || this.#accept("{"));
      const isSurplus = close === undefined && this.#accept("}");
      this.#at = start;
      const hint = isMissing
        ? `; the field "${previous}" before it may have no value`
        : isSurplus
        ? '; it closes nothing: there is one too many, or a "{" before it is missing'
        : undefined;
      throw this.#expected(close ? `a field or "${close}"` : "a field", hint);
    }
    this.#at = end;
    const isPrevious = previous !== undefined && source.isAscii(start, end, previous);
    return isPrevious ? previous : source.ascii(start, end);
  }

  #extensionName(start: number): string {
    const close = this.#source.bytes.indexOf("]".charCodeAt(0), start);
    const name = close < 0 ? "" : this.#source.ascii(start, Math.min(close + 1, start + 300));
    if (!/^\[[\w\s./-]+\]$/.test(name)) {
      throw this.#source.error(start, `expected the name of an extension and "]"`);
    }
    this.#at = close + 1;
    return name;
  }

  /** Skips white space and comments, and returns the position of the next token. */
  #next(): number {
    this.#at = this.#source.skipBlank(this.#at);
    return this.#at;
  }

  /** Consumes a character if it is the next token. */
  #accept(character: string): boolean {
    const isNext = this.#source.bytes[this.#next()] === character.charCodeAt(0);
    if (isNext) this.#at++;
    return isNext;
  }

  #expected(what: string, hint = causeOf(this.#source.bytes, this.#at)): SyntaxError {
    const found = this.#source.show(this.#at);
    return this.#source.error(this.#at, `expected ${what}, but found ${found}${hint}`);
  }
}
