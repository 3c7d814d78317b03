/**
 * A message that stands in no file, but was made from what an older format said elsewhere.
 *
 * @module
 */
import {
  defaultsOf,
  type Field,
  type MessageType,
  type OpenMessage,
  type RestField,
  type UnreadField,
} from "./message.ts";

/** What an object says of each field, by its name: nested messages as objects or as they are. */
export interface MessageObject {
  readonly [field: string]: unknown;
}

/**
 * A message that says what an object does. Absent and `undefined` fields have their defaults.
 *
 * @param where Where the things stand that it was made from, for messages.
 */
export function objectMessage(where: string, object: MessageObject): OpenMessage {
  return new ObjectMessage(where, object);
}

class ObjectMessage implements OpenMessage {
  readonly where: string;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(where: string, object: MessageObject) {
    this.where = where;
    const given = Object.entries(object).filter(([, value]) => value !== undefined);
    this.#values = new Map(given);
  }

  read<Value>(type: MessageType<Value>): Value {
    const value = defaultsOf(type) as Record<string, unknown>;
    for (const [name, field] of Object.entries(type.fields)) {
      if (this.#values.has(name)) value[name] = this.#value(this.#values.get(name), field);
    }
    return value as Value;
  }

  #value(value: unknown, { type, repeated }: Field<unknown>): unknown {
    const isMessage = type === "message" || (typeof type === "object" && "fields" in type);
    if (!isMessage) return value;
    const open = (one: unknown) => {
      const message = isOpen(one) ? one : objectMessage(this.where, one as MessageObject);
      return type === "message" ? message : message.read(type);
    };
    return repeated ? (value as readonly unknown[]).map(open) : open(value);
  }

  has({ name }: { readonly name: string }): boolean {
    return this.#values.has(name);
  }

  /** Nothing: its values were made to be read. What its origin has unread is known there. */
  unread(): readonly UnreadField[] {
    return [];
  }

  rest(): readonly RestField[] {
    return [];
  }
}

function isOpen(value: unknown): value is OpenMessage {
  return typeof (value as Partial<OpenMessage>).read === "function";
}
