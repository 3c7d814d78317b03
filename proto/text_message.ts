/**
 * A message in text format: the positions of its fields' values.
 *
 * @module
 */
import {
  defaultsOf,
  type Field,
  isMessageType,
  type MessageType,
  type OpenMessage,
  type RestField,
  type UnreadField,
} from "./message.ts";
import type { TextSource } from "./text_tokens.ts";
import { readFloats, readScalar, showScalar } from "./text_values.ts";

/** All occurrences of a field name in a message. */
interface TextField {
  readonly name: string;
  /** The position of its first name. */
  readonly at: number;
  /** Its values: messages, or the positions of scalars. */
  readonly values: (number | TextMessage)[];
  /** Whether it was left open or decoded, once it was read. */
  wasRead?: "open" | "decoded";
}

/** One message of a file in text format. */
export class TextMessage implements OpenMessage {
  readonly #source: TextSource;
  readonly #start: number;
  readonly #fields = new Map<string, TextField>();
  readonly #readAs: MessageType<unknown>[] = [];
  /** The name of the field that was added last. */
  lastName: string | undefined;

  constructor(source: TextSource, start: number) {
    this.#source = source;
    this.#start = start;
    source.countPart(start);
  }

  get where(): string {
    return this.#source.where(this.#start);
  }

  addScalar(name: string, at: number, start: number): void {
    this.#field(name, at).values.push(start);
  }

  addMessage(name: string, at: number, message: TextMessage): void {
    this.#field(name, at).values.push(message);
  }

  #field(name: string, at: number): TextField {
    let field = this.#fields.get(name);
    if (!field) {
      field = { name, at, values: [] };
      this.#fields.set(name, field);
      this.#source.countPart(at);
    }
    this.lastName = name;
    return field;
  }

  read<Value>(type: MessageType<Value>): Value {
    this.#readAs.push(type);
    const value = defaultsOf(type) as Record<string, unknown>;
    // All known fields count as read, even if decoding one of them fails.
    for (const name in type.fields) {
      const field = this.#fields.get(name);
      if (field) field.wasRead = type.fields[name]!.type === "message" ? "open" : "decoded";
    }
    for (const name in type.fields) {
      const field = this.#fields.get(name);
      if (field) value[name] = this.#value(field, type.fields[name]!, `${type.name}.${name}`);
    }
    return value as Value;
  }

  #value(field: TextField, { type, repeated, only }: Field<unknown>, name: string): unknown {
    const [, second] = repeated ? [] : field.values;
    if (second !== undefined) {
      const at = typeof second === "number" ? second : second.#start;
      throw this.#source.error(at, `${name} is given twice, but may have only one value`);
    }
    if (type === "message" || isMessageType(type)) {
      const messages = field.values.map((value) => {
        if (typeof value !== "number") return value;
        throw this.#source.error(value, `${name} is a message, not a single value`);
      });
      const values = type === "message" ? messages : messages.map((message) => message.read(type));
      return repeated ? values : values[0];
    }
    const starts = this.#starts(field, name);
    if (type === "floats" || type === "doubles") {
      return readFloats(this.#source, starts, type, name);
    }
    const read = (start: number) => {
      const value = readScalar(this.#source, start, type, name);
      if (only === undefined || value === only) return value;
      throw this.#source.error(start, `${name} is ${value}, but only ${only} is supported`);
    };
    return repeated ? starts.map(read) : read(starts[0]!);
  }

  /** The positions of a field's scalar values. */
  #starts({ values }: TextField, name: string): readonly number[] {
    const message = values.find((value) => typeof value !== "number");
    if (message) throw this.#source.error(message.#start, `${name} is a value, not a message`);
    return values as readonly number[];
  }

  has({ name }: { readonly name: string }): boolean {
    return this.#fields.has(name);
  }

  unread(): readonly UnreadField[] {
    return this.#fields.values().flatMap((field): Iterable<UnreadField> => {
      if (!field.wasRead) return [this.#unreadField(field)];
      if (field.wasRead === "open") return [];
      return field.values.flatMap((value) => typeof value === "number" ? [] : value.unread());
    }).toArray();
  }

  rest(): readonly RestField[] {
    return this.#fields.values().filter(({ wasRead }) => !wasRead).map((field) => ({
      name: field.name,
      where: this.#source.where(field.at),
      text: this.#textOf(field, ""),
    })).toArray();
  }

  /** A field in text format, one line for each value, nested ones indented. */
  #textOf({ name, values }: TextField, indent: string): string {
    return values.map((value) => {
      if (typeof value === "number") {
        return `${indent}${name}: ${showScalar(this.#source, value)}\n`;
      }
      const inside = value.#fields.values().map((field) => value.#textOf(field, `${indent}  `));
      return `${indent}${name} {\n${inside.toArray().join("")}${indent}}\n`;
    }).join("");
  }

  #unreadField({ name, at }: TextField): UnreadField {
    return { name, where: this.#source.where(at), readAs: this.#readAs };
  }
}
