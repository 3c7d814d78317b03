/**
 * A message made from an object, as the upgrades of older formats do.
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

/** The values of fields by name. Nested messages are objects or open messages. */
export interface MessageObject {
  readonly [field: string]: unknown;
}

/**
 * A message with the fields of an object. Absent and `undefined` fields have their defaults.
 *
 * @param where The position of its origin, for error messages.
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
    if (type !== "message" && !isMessageType(type)) return value;
    const open = (one: unknown) => {
      const message = isOpen(one) ? one : objectMessage(this.where, one as MessageObject);
      return type === "message" ? message : message.read(type);
    };
    return repeated ? (value as readonly unknown[]).map(open) : open(value);
  }

  has({ name }: { readonly name: string }): boolean {
    return this.#values.has(name);
  }

  /** None: unread fields are reported by the message that the object was made from. */
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
