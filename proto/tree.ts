/**
 * A message tree, which can be written again without loss: described fields are decoded, and unknown
 * ones are kept as encoded.
 *
 * @module
 */
import {
  type Field,
  isMessageType,
  type MessageType,
  type OpenMessage,
  type RestField,
} from "./message.ts";

/** A message. */
export interface Tree {
  /** The name of its description. */
  readonly type: string;
  readonly entries: readonly Entry[];
  /** The unknown fields. */
  readonly rest: readonly RestField[];
}

/** A value of a field. Repeated fields have one entry for each value, typed arrays only one. */
export interface Entry {
  readonly name: string;
  readonly field: Field<unknown>;
  /** The decoded value; for a nested message, its tree or its bytes. */
  readonly value: unknown;
}

/**
 * Reads a message.
 *
 * @param isCopied Whether a nested message is kept as the bytes of a binary file.
 */
export function readTree(
  message: OpenMessage,
  type: MessageType<unknown>,
  isCopied: (name: string) => boolean,
): Tree {
  const keepsBytes = (name: string) => isMessageType(type.fields[name]!.type) && isCopied(name);
  const fields = Object.fromEntries(
    Object.entries(type.fields).map(([name, field]): [string, Field<unknown>] => {
      const copied = keepsBytes(name), repeated = field.repeated || copied;
      const type = isMessageType(field.type) && !copied ? "message" : field.type;
      return [name, { number: field.number, type, repeated, copied, defaultValue: undefined }];
    }),
  );
  const values = message.read({ name: type.name, fields }) as Record<string, unknown>;
  const entries = Object.entries(type.fields).flatMap(([name, field]) => {
    const value = values[name];
    if (value === undefined) return [];
    const all = Array.isArray(value) ? value : [value];
    const read = (one: unknown) => {
      if (field.type === "message") {
        return { type: name, entries: [], rest: (one as OpenMessage).rest() };
      }
      return isMessageType(field.type) && !keepsBytes(name)
        ? readTree(one as OpenMessage, field.type, isCopied)
        : one;
    };
    return all.map((one): Entry => ({ name, field, value: read(one) }));
  });
  return { type: type.name, entries, rest: message.rest() };
}

/** A message with the fields of an object, except `undefined` ones. */
export function treeOf(type: MessageType<unknown>, object: object): Tree {
  const given = object as Readonly<Record<string, unknown>>;
  const entries = Object.entries(type.fields).flatMap(([name, field]) => {
    const value = given[name];
    if (value === undefined) return [];
    const all = Array.isArray(value) ? value : [value];
    return all.map((one): Entry => ({
      name,
      field,
      value: isMessageType(field.type) ? treeOf(field.type, one) : one,
    }));
  });
  return { type: type.name, entries, rest: [] };
}
