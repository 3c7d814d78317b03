/**
 * Writes values in protobuf's binary format.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 * @module
 */
import protobuf from "protobufjs/minimal";
import type { EnumType, Scalar } from "./message.ts";
import { wireTypes } from "./wire.ts";

type Writer = protobuf.Writer;

/** The tag of a field: its number, and the wire type of its values. */
export function tagOf(number: number, wireType: number): number {
  return ((number << 3) | wireType) >>> 0;
}

/** The tag and the length of a length-delimited field, for messages that are written in chunks. */
export function lengthPrefix(number: number, length: number): Uint8Array<ArrayBuffer> {
  const tag = tagOf(number, wireTypes.lengthDelimited);
  return new protobuf.Writer().uint32(tag).uint32(length).finish() as Uint8Array<ArrayBuffer>;
}

/** Writes a value that is neither a message nor bytes nor an array, without its tag. */
export function writeScalar(writer: Writer, type: Scalar | EnumType, value: unknown): void {
  if (typeof type === "object") {
    const number = type.values[value as string] ?? Number(value);
    if (Number.isNaN(number)) {
      const all = Object.keys(type.values).join(", ");
      throw new TypeError(`Cannot write ${JSON.stringify(value)}: it must be one of ${all}`);
    }
    writer.int32(number);
    return;
  }
  switch (type) {
    case "uint32":
    case "int32":
    case "int64":
    case "float":
    case "double":
      writer[type](value as number);
      break;
    case "bool":
      writer.bool(value as boolean);
      break;
    case "string":
      writer.string(value as string);
      break;
    default:
      throw new TypeError(`Cannot write ${JSON.stringify(value)}: it is described as ${type}`);
  }
}
