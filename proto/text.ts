/**
 * Protobuf's text format: what a prototxt is written in.
 *
 * A file is read twice. The parser finds where each value stands, without knowing what any field
 * is; a message is decoded from there when somebody knows its description. A value costs one
 * number until then, so that weights in text form, one `data:` a line, stay affordable.
 *
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/
 * @module
 */
import type { OpenMessage } from "./message.ts";
import { TextMessage } from "./text_message.ts";
import { TextSource } from "./text_tokens.ts";

/** Protobuf's own limit. It keeps hostile files from overflowing the stack. */
const DEEPEST_NESTING = 100;

/**
 * Reads a message in protobuf's text format.
 *
 * @param bytes The file, in UTF-8.
 * @param file Its name, for messages.
 * @throws {SyntaxError} with line and column, if it is not in text format.
 */
export function readText(bytes: Uint8Array, file: string): OpenMessage {
  const source = new TextSource(bytes, file);
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return new Parser(source, hasMark ? 3 : 0).message(0, undefined, 0);
}

class Parser {
  readonly #source: TextSource;
  #at: number;

  constructor(source: TextSource, at: number) {
    this.#source = source;
    this.#at = at;
  }

  /** The fields up to `close`, or up to the end of the file. */
  message(start: number, close: string | undefined, depth: number): TextMessage {
    if (depth > DEEPEST_NESTING) {
      throw this.#source.error(start, `more than ${DEEPEST_NESTING} messages inside each other`);
    }
    const message = new TextMessage(this.#source, start);
    while (!this.#accept(close)) {
      const [at, name] = this.#fieldName(message.lastName, close);
      this.#values(message, at, name, depth);
      this.#accept(";", ",");
    }
    return message;
  }

  #values(message: TextMessage, at: number, name: string, depth: number): void {
    const colon = this.#accept(":");
    if (!this.#accept("[")) return this.#value(message, at, name, depth, colon);
    if (this.#accept("]")) return;
    do this.#value(message, at, name, depth, true); while (this.#accept(","));
    this.#expect("]");
  }

  #value(message: TextMessage, at: number, name: string, depth: number, colon: boolean): void {
    const start = this.#next();
    if (this.#accept("{")) message.addMessage(name, at, this.message(at, "}", depth + 1));
    else if (this.#accept("<")) message.addMessage(name, at, this.message(at, ">", depth + 1));
    else if (!colon) this.#expect(":", "{");
    else {
      this.#at = this.#source.endOfScalar(start);
      message.addScalar(name, at, start);
    }
  }

  /** Where a field's name starts, and the name. Extensions have theirs in brackets: `[a.b]`. */
  #fieldName(previous: string | undefined, close: string | undefined): [number, string] {
    const source = this.#source;
    const start = this.#next();
    if (this.#accept("[")) return [start, this.#extensionName(start)];
    const end = this.#at = source.endOfName(start);
    if (end === start) {
      const wanted = close ? `a field or "${close}"` : "a field";
      throw source.error(start, `expected ${wanted}, but found ${source.show(start)}`);
    }
    const isPrevious = previous !== undefined && source.isAscii(start, end, previous);
    return [start, isPrevious ? previous : source.ascii(start, end)];
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

  #next(): number {
    return this.#at = this.#source.skipBlank(this.#at);
  }

  /** Steps over the next character if it is one of `characters`; `undefined` is the end. */
  #accept(...characters: readonly (string | undefined)[]): boolean {
    const byte = this.#source.bytes[this.#next()];
    const found = characters.some((character) => character?.charCodeAt(0) === byte);
    if (found && byte !== undefined) this.#at++;
    return found;
  }

  #expect(...characters: readonly string[]): void {
    if (this.#accept(...characters)) return;
    const wanted = characters.map((character) => `"${character}"`).join(" or ");
    throw this.#source.error(
      this.#at,
      `expected ${wanted}, but found ${this.#source.show(this.#at)}`,
    );
  }
}
