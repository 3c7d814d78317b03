/**
 * Writes messages as binary files and as text files have them.
 *
 * @module
 */
import protobuf from "protobufjs/minimal";
import { wireTypeOf, writeScalar } from "./encode.ts";
import type { EnumType, Field, RestField, Scalar } from "./message.ts";
import { quote } from "./text_strings.ts";
import { type Entry, isMessage, type Tree } from "./tree.ts";
import { LENGTH } from "./wire.ts";

/** Is told of each field that cannot be written. */
export type OnLost = (field: Pick<RestField, "name" | "where">, message: string) => void;

/** The message in binary format: without what only has a name, of which `onLost` is told. */
export function encodeBinary(tree: Tree, where: string, onLost: OnLost): Uint8Array {
  const writer = new protobuf.Writer();
  writeTree(writer, tree, where, onLost);
  return writer.finish();
}

function writeTree(writer: protobuf.Writer, tree: Tree, where: string, onLost: OnLost): void {
  for (const { name, field, value } of tree.entries) {
    if (field.number === 0) {
      onLost({ name, where }, tree.type);
      continue;
    }
    const tag = (wireType: number) => writer.uint32(((field.number << 3) | wireType) >>> 0);
    if (isTree(value)) {
      tag(LENGTH).fork();
      writeTree(writer, value, where, onLost);
      writer.ldelim();
    } else if (isMessage(field)) tag(LENGTH).bytes(value as Uint8Array);
    else {
      const type = field.type as Scalar | EnumType;
      tag(wireTypeOf(type));
      writeScalar(writer, type, value);
    }
  }
  for (const field of tree.rest) {
    if (field.bytes === undefined) onLost(field, tree.type);
    else writer.raw(field.bytes);
  }
}

/** The message in text format: without what only has a number, of which `onLost` is told. */
export function encodeText(tree: Tree, onLost: OnLost): string {
  const known = tree.entries.map((entry) => showEntry(entry, onLost)).join("");
  const rest = tree.rest.map((field) => {
    if (field.text === undefined) onLost(field, tree.type);
    return field.text ?? "";
  });
  return known + rest.join("");
}

function showEntry({ name, field: { type }, value }: Entry, onLost: OnLost): string {
  if (isTree(value)) {
    return `${name} {\n${encodeText(value, onLost).replace(/^(?=.)/gm, "  ")}}\n`;
  }
  if (ArrayBuffer.isView(value) && type !== "bytes") {
    return Array.from(
      value as Float32Array,
      (number) => `${name}: ${showNumber(number, type)}\n`,
    ).join("");
  }
  return `${name}: ${showValue(value, type)}\n`;
}

function showValue(value: unknown, type: Field<unknown>["type"]): string {
  if (value instanceof Uint8Array) return quote(value);
  if (typeof value === "number") return showNumber(value, type);
  if (typeof value === "string" && type === "string") return quote(new TextEncoder().encode(value));
  return String(value);
}

/** A number in as few digits as it takes to read the same one again. */
function showNumber(value: number, type: Field<unknown>["type"]): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0";
  if (type !== "float" && type !== "floats") return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && "entries" in value && "rest" in value;
}
