/**
 * Reads protobuf's binary format, the format of caffemodels.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 * @module
 */
import { readFloats, readScalar } from "./binary_values.ts";
import type { PartialFile } from "./deferred.ts";
import { join } from "./join.ts";
import { deepestNesting, tooDeep } from "./limits.ts";
import {
  defaultsOf,
  type Field,
  isMessageType,
  type MessageType,
  type OpenMessage,
  type RestField,
  type UnreadField,
} from "./message.ts";
import { type Range, type Run, WireSource, wireTypes } from "./wire.ts";

/**
 * Reads a message in protobuf's binary format.
 *
 * @param bytes The file. Values may be views of these bytes: do not change them. Long arrays of a
 * {@linkcode PartialFile} stay in the file; see `deferred.ts`.
 * @param file Its name, for messages.
 * @throws {SyntaxError} if it is not in binary format.
 */
export function readBinary(bytes: Uint8Array | PartialFile, file: string): OpenMessage {
  const source = new WireSource(bytes, file);
  const message = new BinaryMessage(source, [{ start: 0, end: source.bytes.length }], 0);
  message.index();
  return message;
}

/** All occurrences of a field number in a message. */
interface BinaryField {
  readonly number: number;
  readonly runs: Run[];
  /** Whether it was left open or decoded, once it was read. */
  wasRead?: "open" | "decoded";
  /** The nested messages, once the field was read as such. */
  messages?: readonly BinaryMessage[];
}

class BinaryMessage implements OpenMessage {
  readonly #source: WireSource;
  /** Its byte ranges; several if a non-repeated message field occurs repeatedly and is merged. */
  readonly #ranges: readonly Range[];
  readonly #depth: number;
  readonly #readAs: MessageType<unknown>[] = [];
  #fields: Map<number, BinaryField> | undefined;

  constructor(source: WireSource, ranges: readonly Range[], depth: number) {
    this.#source = source;
    this.#ranges = ranges;
    this.#depth = depth;
  }

  get where(): string {
    return this.#source.file;
  }

  /** The index of its fields, made by the first call. */
  index(): Map<number, BinaryField> {
    if (this.#fields) return this.#fields;
    const fields = new Map<number, BinaryField>();
    for (const { start, end } of this.#ranges) {
      for (const run of this.#source.index(start, end)) {
        const field = fields.get(run.number);
        if (field) field.runs.push(run);
        else fields.set(run.number, { number: run.number, runs: [run] });
      }
    }
    this.#fields = fields;
    return fields;
  }

  read<Value>(type: MessageType<Value>): Value {
    this.#readAs.push(type);
    const fields = this.index();
    const value = defaultsOf(type) as Record<string, unknown>;
    const { whole, numbers } = type.renumbered ?? {};
    const isRenumbered = whole !== undefined &&
      fields.get(whole)?.runs[0]?.wireType === wireTypes.varint;
    for (const name in type.fields) {
      const description = type.fields[name]!;
      const field = fields.get(isRenumbered ? numbers![name] ?? 0 : description.number);
      if (!field) continue;
      field.wasRead = description.type === "message" ? "open" : "decoded";
      value[name] = this.#value(field, description, `${type.name}.${name}`);
    }
    return value as Value;
  }

  #value(field: BinaryField, description: Field<unknown>, name: string): unknown {
    const { type, repeated } = description;
    if (description.copied) {
      return this.#rangesOf(field, name).map((range) => this.#source.bytesOf(range));
    }
    if (type === "message") {
      const messages = this.#messages(field, repeated, name);
      return repeated ? messages : messages[0];
    }
    if (isMessageType(type)) {
      const values = this.#messages(field, repeated, name).map((message) => message.read(type));
      return repeated ? values : values[0];
    }
    if (type === "floats" || type === "doubles") {
      return readFloats(this.#source, field.runs, type, name);
    }
    const values = readScalar(this.#source, field.runs, type, repeated, name);
    return repeated ? values : values.at(-1);
  }

  #messages(field: BinaryField, repeated: boolean, name: string): readonly BinaryMessage[] {
    const source = this.#source;
    if (this.#depth === deepestNesting) throw source.error(field.runs[0]!.start, tooDeep);
    if (field.messages && (repeated || field.messages.length === 1)) return field.messages;
    const ranges = this.#rangesOf(field, name);
    const pieces = repeated ? ranges.map((range) => [range]) : [ranges];
    const messages = pieces.map((piece) => new BinaryMessage(source, piece, this.#depth + 1));
    field.messages = messages;
    return messages;
  }

  /** The contents of nested messages. */
  #rangesOf({ runs }: BinaryField, name: string): readonly Range[] {
    return runs.flatMap((run) => {
      if (run.wireType === wireTypes.lengthDelimited) return this.#source.contents(run);
      const problem = `${name} is a message, but wire type ${run.wireType} was found`;
      throw this.#source.error(run.start, problem);
    });
  }

  has({ number }: { readonly number: number }): boolean {
    return this.index().has(number);
  }

  unread(): readonly UnreadField[] {
    return this.index().values().flatMap((field): Iterable<UnreadField> => {
      if (!field.wasRead) {
        return [{ name: String(field.number), where: this.where, readAs: this.#readAs }];
      }
      const decoded = field.wasRead === "decoded" ? field.messages ?? [] : [];
      return decoded.flatMap((message) => message.unread());
    }).toArray();
  }

  rest(): readonly RestField[] {
    return this.index().values().filter(({ wasRead }) => !wasRead).map(({ number, runs }) => {
      const parts = runs.map(({ start, end, tagLength }) => {
        this.#source.need(start - tagLength, end);
        return this.#source.bytes.subarray(start - tagLength, end);
      });
      return { name: String(number), where: this.where, bytes: join(parts) };
    }).toArray();
  }
}
