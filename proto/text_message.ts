/**
 * One message of a file in text format: where the values of its fields stand.
 *
 * @module
 */
import {
  defaultsOf,
  type Field,
  type MessageType,
  type OpenMessage,
  type UnreadField,
} from "./message.ts";
import type { TextSource } from "./text_tokens.ts";
import { readFloats, readScalar } from "./text_values.ts";

/** All that a message says under one name. */
interface TextField {
  readonly name: string;
  /** Where the first of its values has its name. */
  readonly at: number;
  /** Where its values start that are not messages. */
  readonly scalars: number[];
  readonly messages: TextMessage[];
  /** Whether it was left open or decoded by then, if it was read at all. */
  wasRead?: "open" | "decoded";
  /** Its messages as one, if it was read as a field that holds one. */
  merged?: TextMessage;
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
    this.#field(name, at).scalars.push(start);
  }

  addMessage(name: string, at: number, message: TextMessage): void {
    this.#field(name, at).messages.push(message);
  }

  #field(name: string, at: number): TextField {
    let field = this.#fields.get(name);
    if (!field) {
      field = { name, at, scalars: [], messages: [] };
      this.#fields.set(name, field);
      this.#source.countPart(at);
    }
    this.lastName = name;
    return field;
  }

  read<Value>(type: MessageType<Value>): Value {
    this.#readAs.push(type);
    const value = defaultsOf(type) as Record<string, unknown>;
    for (const name in type.fields) {
      const description = type.fields[name]!;
      const field = this.#fields.get(name);
      if (!field) continue;
      field.wasRead = description.type === "message" ? "open" : "decoded";
      value[name] = this.#value(field, description, `${type.name}.${name}`);
    }
    return value as Value;
  }

  #value(field: TextField, { type, repeated }: Field<unknown>, name: string): unknown {
    if (type === "message" || (typeof type === "object" && "fields" in type)) {
      if (field.scalars.length > 0) {
        throw this.#source.error(field.scalars[0]!, `${name} is a message, not a single value`);
      }
      const messages = repeated ? field.messages : [merge(field)];
      const values = type === "message" ? messages : messages.map((message) => message.read(type));
      return repeated ? values : values[0];
    }
    if (field.messages.length > 0) {
      throw this.#source.error(field.messages[0]!.#start, `${name} is no message`);
    }
    if (type === "floats" || type === "doubles") {
      return readFloats(this.#source, field.scalars, type, name);
    }
    const read = (start: number) => readScalar(this.#source, start, type, name);
    return repeated ? field.scalars.map(read) : read(field.scalars.at(-1)!);
  }

  has({ name }: { readonly name: string }): boolean {
    return this.#fields.has(name);
  }

  unread(): readonly UnreadField[] {
    return this.#fields.values().flatMap((field): Iterable<UnreadField> => {
      if (!field.wasRead) return [this.#unreadField(field)];
      if (field.wasRead === "open") return [];
      return (field.merged ? [field.merged] : field.messages).flatMap((message) =>
        message.unread()
      );
    }).toArray();
  }

  #unreadField({ name, at }: TextField): UnreadField {
    return { name, where: this.#source.where(at), readAs: this.#readAs };
  }

  /** Adds what another message says after what this one says. */
  append(other: TextMessage): void {
    for (const { name, at, scalars, messages } of other.#fields.values()) {
      const field = this.#field(name, at);
      for (const start of scalars) field.scalars.push(start);
      for (const message of messages) field.messages.push(message);
    }
  }

  /** A message that says the same, to which more can be added. */
  copy(): TextMessage {
    const copy = new TextMessage(this.#source, this.#start);
    copy.append(this);
    return copy;
  }
}

/** A field's messages as one: a file may give the settings of a layer in several pieces. */
function merge(field: TextField): TextMessage {
  const [first, ...others] = field.messages;
  if (others.length === 0) return first!;
  if (!field.merged) {
    field.merged = first!.copy();
    for (const other of others) field.merged.append(other);
  }
  return field.merged;
}
