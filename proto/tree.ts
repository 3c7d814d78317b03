/**
 * A message as its file has it, so that it can be written again: what a description knows of it,
 * and the rest as it stands there.
 *
 * @module
 */
import type { Field, MessageType, OpenMessage, RestField } from "./message.ts";

/** A message. */
export interface Tree {
  /** The name of its description. */
  readonly type: string;
  readonly entries: readonly Entry[];
  /** What no description knows. */
  readonly rest: readonly RestField[];
}

/** A value of a field; a field that repeats has several entries, but an array of numbers has one. */
export interface Entry {
  readonly name: string;
  readonly field: Field<unknown>;
  /** What a description of the field says, but a tree where that is a message, or its bytes. */
  readonly value: unknown;
}

/**
 * Reads a message.
 *
 * @param isKept Whether a nested message stays the bytes that it is in a binary file.
 */
export function readTree(
  message: OpenMessage,
  type: MessageType<unknown>,
  isKept: (name: string) => boolean,
): Tree {
  const kept = (name: string) => isMessage(type.fields[name]!) && isKept(name);
  const fields = Object.fromEntries(
    Object.entries(type.fields).map(([name, field]): [string, Field<unknown>] => {
      const repeated = field.repeated || kept(name);
      const type = kept(name) ? "bytes" : isMessage(field) ? "message" : field.type;
      return [name, { number: field.number, type, repeated, defaultValue: undefined }];
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
      return isMessage(field) && !kept(name)
        ? readTree(one as OpenMessage, field.type as MessageType<unknown>, isKept)
        : one;
    };
    return all.map((one): Entry => ({ name, field, value: read(one) }));
  });
  return { type: type.name, entries, rest: message.rest() };
}

/** The message that says what an object does, without what is `undefined` there. */
export function treeOf(type: MessageType<unknown>, object: object): Tree {
  const given = object as Readonly<Record<string, unknown>>;
  const entries = Object.entries(type.fields).flatMap(([name, field]) => {
    const value = given[name];
    if (value === undefined) return [];
    const all = Array.isArray(value) ? value : [value];
    return all.map((one): Entry => ({
      name,
      field,
      value: isMessage(field) ? treeOf(field.type as MessageType<unknown>, one) : one,
    }));
  });
  return { type: type.name, entries, rest: [] };
}

/** Whether a field holds a message that is described. */
export function isMessage({ type }: Field<unknown>): boolean {
  return typeof type === "object" && "fields" in type;
}
