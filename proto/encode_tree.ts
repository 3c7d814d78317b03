/**
 * Encodes message trees in protobuf's binary format and text format.
 *
 * @module
 */
import protobuf from "protobufjs/minimal";
import { type Deferrable, deferredBytes, piecesOf } from "./deferred.ts";
import { tagOf, writeScalar } from "./encode.ts";
import { join } from "./join.ts";
import type { EnumType, Field, MessageType, RestField, Scalar } from "./message.ts";
import { shortFloat } from "./short_float.ts";
import { quote } from "./text_strings.ts";
import { type Entry, type Tree, treeOf } from "./tree.ts";
import { wireTypeOf, wireTypes } from "./wire.ts";

/** Receives each field that cannot be written. */
export type OnLost = (field: Pick<RestField, "name" | "where">, message: string) => void;

/** The fields of a message to write. All are optional, also in nested messages. */
export type Writable<Value> = {
  readonly [Name in keyof Value]?:
    | (Value[Name] extends readonly (infer Item)[] ? readonly Writable<Item>[]
      : Value[Name] extends ArrayBufferView | string | number | boolean | undefined ? Value[Name]
      : Writable<Value[Name]>)
    | undefined;
};

/**
 * Encodes a message: the given fields, in the order of the description.
 *
 * Arrays of floats are packed, and copied only once, into the result.
 *
 * @throws {TypeError} if the number of a given field is not known.
 */
export function encode<Value>(
  type: MessageType<Value>,
  value: Writable<Value>,
): Uint8Array<ArrayBuffer> {
  return encodeTree(treeOf(type, value as object));
}

/**
 * Encodes a message tree, as `encode` does.
 *
 * @throws {TypeError} if the number of a field is not known.
 */
export function encodeTree(tree: Tree): Uint8Array<ArrayBuffer> {
  const parts = encodeBinary(tree, tree.type, ({ name }, message) => {
    throw new TypeError(`Cannot write ${message}: the number of its field "${name}" is not known`);
  });
  return join([...parts]) as Uint8Array<ArrayBuffer>;
}

/**
 * Encodes a message in binary format, in chunks; fields and words known only by name
 * are reported to `onLost`.
 *
 * Long values are not copied, and deferred ones are read piece by piece.
 */
export function* encodeBinary(tree: Tree, where: string, onLost: OnLost): Generator<Uint8Array> {
  for (const part of encodeParts(tree, where, onLost)) {
    for (const piece of piecesOf(part)) yield bytesOf(piece);
  }
}

/** Whether a value is a word for which an open enumeration has no number. */
function isForeign(type: Field<unknown>["type"], word: unknown): boolean {
  return typeof type === "object" && "others" in type && type.others === true &&
    !Object.hasOwn(type.values, word as string) && Number.isNaN(Number(word));
}

/** Values of this length and longer are parts of their own. */
const longLength = 1 << 16;

/** The parts of a message, whose bytes follow each other. */
function encodeParts(tree: Tree, where: string, onLost: OnLost): readonly Deferrable[] {
  const parts: Deferrable[] = [];
  let writer = new protobuf.Writer();
  const finish = () => {
    if (writer.len > 0) parts.push(writer.finish());
    writer = new protobuf.Writer();
  };
  const write = (part: Deferrable) => {
    const isShort = part.byteLength < longLength && deferredBytes(part) === undefined;
    if (isShort) writer.raw(bytesOf(part));
    else {
      finish();
      parts.push(part);
    }
  };
  for (const { name, field, value } of tree.entries) {
    if (field.number === 0 || isForeign(field.type, value)) {
      onLost({ name, where }, tree.type);
      continue;
    }
    const tag = (wireType: number) => writer.uint32(tagOf(field.number, wireType));
    const content = contentOf(value, where, onLost);
    if (content !== undefined) {
      const length = content.reduce((sum, { byteLength }) => sum + byteLength, 0);
      tag(wireTypes.lengthDelimited).uint32(length);
      content.forEach(write);
    } else {
      const type = field.type as Scalar | EnumType;
      tag(wireTypeOf(type));
      writeScalar(writer, type, value);
    }
  }
  for (const field of tree.rest) {
    if (field.bytes === undefined) onLost(field, tree.type);
    else write(field.bytes);
  }
  finish();
  return parts;
}

/** The parts of a value that is a message, bytes or an array; `undefined` for others. */
function contentOf(
  value: unknown,
  where: string,
  onLost: OnLost,
): readonly Deferrable[] | undefined {
  if (isTree(value)) return encodeParts(value, where, onLost);
  if (value instanceof Float64Array) return [bytesOf(value)];
  return ArrayBuffer.isView(value) ? [value as Deferrable] : undefined;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The minimum length of a chunk, except the last. */
const chunkLength = 1 << 16;
/** The count of numbers that are formatted at a time. */
const batchSize = 1 << 10;

/** Encodes a message as text, in chunks; fields known only by number are reported to `onLost`. */
export function* encodeText(tree: Tree, onLost: OnLost): Generator<string> {
  let chunk = "";
  for (const text of showTree(tree, "", onLost)) {
    chunk += text;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}

function* showTree(tree: Tree, indent: string, onLost: OnLost): Generator<string> {
  for (const entry of tree.entries) yield* showEntry(entry, indent, onLost);
  for (const field of tree.rest) {
    if (field.text === undefined) onLost(field, tree.type);
    else yield field.text.replace(/^(?=.)/gm, indent);
  }
}

function* showEntry(entry: Entry, indent: string, onLost: OnLost): Generator<string> {
  const { name, field: { type }, value } = entry;
  if (isTree(value)) {
    yield `${indent}${name} {\n`;
    yield* showTree(value, `${indent}  `, onLost);
    yield `${indent}}\n`;
  } else if (ArrayBuffer.isView(value) && type !== "bytes") {
    const pieces = value instanceof Float32Array ? piecesOf(value) : [value as Float64Array];
    for (const numbers of pieces) {
      for (let start = 0; start < numbers.length; start += batchSize) {
        let text = "";
        for (const number of numbers.subarray(start, start + batchSize)) {
          text += `${indent}${name}: ${showNumber(number, type)}\n`;
        }
        yield text;
      }
    }
  } else yield `${indent}${name}: ${showValue(value, type)}\n`;
}

function showValue(value: unknown, type: Field<unknown>["type"]): string {
  if (value instanceof Uint8Array) return quote(value);
  if (typeof value === "number") return showNumber(value, type);
  if (typeof value === "string" && type === "string") return quote(new TextEncoder().encode(value));
  return String(value);
}

/** The shortest decimal that parses to the same number. */
function showNumber(value: number, type: Field<unknown>["type"]): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0";
  return String(type === "float" || type === "floats" ? shortFloat(value) : value);
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && "entries" in value && "rest" in value;
}
