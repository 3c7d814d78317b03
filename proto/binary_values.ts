/**
 * Decodes the values of binary fields by their described types.
 *
 * Repeated numbers may be written one by one, packed, or in a mixture of both.
 *
 * @module
 */
import { defer } from "./deferred.ts";
import { mostFields, tooMany } from "./limits.ts";
import type { EnumType, Scalar } from "./message.ts";
import { type Range, type Run, type WireSource, wireTypeOf, wireTypes } from "./wire.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

type Single = Exclude<Scalar, "floats" | "doubles" | "message"> | EnumType;

/**
 * Reads all values of a field.
 *
 * @param isRepeated Whether the field may have several values, also packed ones.
 * @param name The field, for messages: `PoolingParameter.pad`.
 * @throws {SyntaxError} if they are not of the type.
 */
export function readScalar(
  source: WireSource,
  runs: readonly Run[],
  type: Scalar | EnumType,
  isRepeated: boolean,
  name: string,
): readonly unknown[] {
  if (type === "floats" || type === "doubles" || type === "message") {
    throw new TypeError(`Cannot read ${name} as single values: it is described as ${type}`);
  }
  const wireType = wireTypeOf(type);
  const values: unknown[] = [];
  for (const run of runs) {
    const isPacked = isRepeated && run.wireType === wireTypes.lengthDelimited &&
      wireType !== wireTypes.lengthDelimited;
    if (!isPacked && run.wireType !== wireType) throw wrongWireType(source, run, type, name);
    const ranges = isPacked ? source.contents(run) : [run];
    const tagLength = isPacked ? 0 : run.tagLength;
    source.need(run.start, run.end);
    for (const { start, end: rangeEnd } of ranges) {
      for (let at = start; at < rangeEnd;) {
        const end = endOf(source, wireType, at, rangeEnd);
        const length = values.push(readOne(source, at, end, type, name));
        if (length > mostFields) throw source.error(at, tooMany);
        at = end + tagLength;
      }
    }
  }
  return values;
}

function wrongWireType(source: WireSource, run: Run, type: Scalar | EnumType, name: string) {
  const kind = typeof type === "object" ? "an enum" : `described as ${type}`;
  return source.error(run.start, `${name} is ${kind}, but wire type ${run.wireType} was found`);
}

function endOf(source: WireSource, wireType: number, at: number, end: number): number {
  switch (wireType) {
    case wireTypes.varint:
      return source.endOfVarint(at, end);
    case wireTypes.lengthDelimited:
      return source.content(at, end).end;
    default: {
      const valueEnd = at + (wireType === wireTypes.fixed32 ? 4 : 8);
      if (valueEnd <= end) return valueEnd;
      throw source.error(at, "packed values end in the middle of a number");
    }
  }
}

function readOne(source: WireSource, at: number, end: number, type: Single, name: string): unknown {
  if (typeof type === "object") return readEnum(source, at, type, name);
  switch (type) {
    case "uint32":
      return source.varint32(at);
    case "int32":
      return source.varint32(at) | 0;
    case "int64":
      return readInt64(source, at, name);
    case "bool":
      return source.varint64(at) !== 0n;
    case "float":
      return source.view.getFloat32(at, true);
    case "double":
      return source.view.getFloat64(at, true);
    case "string":
      return utf8.decode(bytesOf(source, source.content(at, end)));
    case "bytes":
      return bytesOf(source, source.content(at, end));
  }
}

function bytesOf({ bytes }: WireSource, { start, end }: Range): Uint8Array {
  return bytes.subarray(start, end);
}

function readInt64(source: WireSource, at: number, name: string): number {
  const value = Number(BigInt.asIntN(64, source.varint64(at)));
  if (Number.isSafeInteger(value)) return value;
  throw source.error(at, `${name} is ${value}, which is out of range`);
}

function readEnum(
  source: WireSource,
  at: number,
  { values, others }: EnumType,
  name: string,
): string {
  const number = source.varint32(at) | 0;
  for (const key in values) if (values[key] === number) return key;
  if (others) return String(number);
  throw source.error(at, `${name} has no value ${number}`);
}

/** Numbers at equal distances: packed, or with tags between them. */
interface Part {
  readonly start: number;
  readonly count: number;
  readonly stride: number;
}

/**
 * Reads numbers into one array: a view of the file if they are packed, aligned and contiguous, else
 * a copy. Long arrays of a {@linkcode PartialFile} stay in the file.
 *
 * @throws {SyntaxError} if they are not numbers of the type.
 */
export function readFloats(
  source: WireSource,
  runs: readonly Run[],
  type: "floats" | "doubles",
  name: string,
): Float32Array | Float64Array {
  const TypedArray = type === "floats" ? Float32Array : Float64Array;
  const size = TypedArray.BYTES_PER_ELEMENT;
  const parts = runs.flatMap((run) => partsOf(source, run, type, size, name));
  const [first] = parts;
  const start = source.bytes.byteOffset + (first?.start ?? 0);
  const isPacked = parts.length === 1 && first!.stride === size;
  if (source.partial && isPacked && type === "floats" && first!.count >= source.partial.many) {
    const { partial } = source;
    return defer(first!.count, (at, into) => partial.read(first!.start + at, into));
  }
  for (const { start, end } of runs) source.need(start, end);
  if (isPacked && start % size === 0) {
    return new TypedArray(source.bytes.buffer as ArrayBuffer, start, first!.count);
  }
  const values = new TypedArray(parts.reduce((sum, { count }) => sum + count, 0));
  const bytes = new Uint8Array(values.buffer);
  let at = 0;
  for (const part of parts) {
    gather(source.bytes, part, size, bytes.subarray(at));
    at += part.count * size;
  }
  return values;
}

function partsOf(
  source: WireSource,
  run: Run,
  type: "floats" | "doubles",
  size: number,
  name: string,
): readonly Part[] {
  if (run.wireType === (size === 4 ? wireTypes.fixed32 : wireTypes.fixed64)) {
    return [{ start: run.start, count: run.count, stride: size + run.tagLength }];
  }
  if (run.wireType !== wireTypes.lengthDelimited) throw wrongWireType(source, run, type, name);
  return source.contents(run).map(({ start, end }) => {
    if ((end - start) % size === 0) return { start, count: (end - start) / size, stride: size };
    throw source.error(start, `${name} is ${end - start} bytes, not a multiple of ${size}`);
  });
}

/** Copies strided numbers to contiguous memory. */
function gather(from: Uint8Array, part: Part, size: number, to: Uint8Array): void {
  const { start, count, stride } = part;
  if (stride === size) return to.set(from.subarray(start, start + count * size));
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < size; byte++) to[i * size + byte] = from[start + i * stride + byte]!;
  }
}
