/**
 * Decodes the values of text fields by their described types.
 *
 * @module
 */
import type { EnumType, Scalar } from "./message.ts";
import { suggest } from "./suggest.ts";
import { codes, isDigit } from "./text_characters.ts";
import { decimalOf, endOfDecimal } from "./text_decimals.ts";
import { quote, readString, unescape } from "./text_strings.ts";
import type { TextSource } from "./text_tokens.ts";

type Place = { readonly source: TextSource; readonly start: number; readonly name: string };

/** Decimal, octal or hexadecimal. */
const integerPattern = /^(-?)(0[xX][0-9a-fA-F]+|\d+)$/;

/** The least and the greatest value of each type of integer. */
const integerRanges: Readonly<Record<"uint32" | "int32" | "int64", readonly [number, number]>> = {
  uint32: [0, 2 ** 32 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

const booleans: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["True", true],
  ["t", true],
  ["false", false],
  ["False", false],
  ["f", false],
]);

/** The words for floating-point numbers, in any case. */
const notFinite: ReadonlyMap<string, number> = new Map([
  ["nan", NaN],
  ["inf", Infinity],
  ["infinity", Infinity],
]);

/** One bit: decimal, octal or hexadecimal. */
const bitPattern = /^(?:0[xX])?0*([01])$/;

/**
 * Reads the value that starts at a byte.
 *
 * @param name The field it belongs to, for messages: `PoolingParameter.pad`.
 * @throws {SyntaxError} if it is not of the type.
 */
export function readScalar(
  source: TextSource,
  start: number,
  type: Scalar | EnumType,
  name: string,
): unknown {
  const place = { source, start, name };
  if (typeof type === "object") return readEnum(place, type);
  switch (type) {
    case "uint32":
    case "int32":
    case "int64":
      return readInteger(place, type);
    case "float":
      return Math.fround(readNumber(place));
    case "double":
      return readNumber(place);
    case "bool":
      return readBoolean(place);
    case "string":
      return readString(source, quoted(place));
    case "bytes":
      return unescape(source, quoted(place));
    case "floats":
    case "doubles":
    case "message":
      throw new TypeError(`Cannot read ${name} as one value: it is described as ${type}`);
  }
}

/** Reads the numbers that start at the given bytes. */
export function readFloats(
  source: TextSource,
  starts: readonly number[],
  type: "floats" | "doubles",
  name: string,
): Float32Array | Float64Array {
  const values = type === "floats"
    ? new Float32Array(starts.length)
    : new Float64Array(starts.length);
  starts.forEach((start, i) => {
    values[i] = readDecimal(source, start) ?? readNumber({ source, start, name });
  });
  return values;
}

/** The value that starts at a byte, on one line. */
export function showScalar(source: TextSource, start: number): string {
  const isQuoted = /^["']/.test(source.ascii(start, start + 1));
  return isQuoted ? quote(unescape(source, start)) : token({ source, start, name: "" });
}

/** The text of a value, without white space and comments between a minus sign and its number. */
function token({ source, start }: Place): string {
  const text = source.ascii(start, source.endOfScalar(start));
  if (!text.startsWith("-")) return text;
  const digits = source.skipBlank(start + 1);
  return `-${source.ascii(digits, source.endOfScalar(digits))}`;
}

function readBoolean(place: Place): boolean {
  const text = token(place), known = booleans.get(text);
  if (known !== undefined) return known;
  const [, bit] = bitPattern.exec(text) ?? refuse(place, "true or false");
  return bit === "1";
}

function readInteger(place: Place, type: "uint32" | "int32" | "int64"): number {
  const text = token(place);
  const [, sign, digits] = integerPattern.exec(text) ?? refuse(place, "an integer");
  const isOctal = /^0\d+$/.test(digits!);
  const magnitude = Number(isOctal ? `0o${digits!.slice(1)}` : digits);
  if (Number.isNaN(magnitude)) refuse(place, "an integer");
  const value = sign && magnitude !== 0 ? -magnitude : magnitude;
  const [least, greatest] = integerRanges[type];
  if (value < least || value > greatest) refuse(place, `between ${least} and ${greatest}`);
  return value;
}

/** A floating-point number. Like protobuf's C++ parser, it accepts decimals only. */
function readNumber(place: Place): number {
  const text = token(place);
  if (/^-?0[xX\d]/.test(text) && integerPattern.test(text)) refuse(place, "a decimal number");
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  const isNegative = text.startsWith("-"), unsigned = isNegative ? text.slice(1) : text;
  const magnitude = notFinite.get(unsigned.toLowerCase()) ?? withSuffix(unsigned) ??
    refuse(place, "a number");
  return isNegative ? -magnitude : magnitude;
}

/** The number before an `f`, as in C's `0.5f`; `undefined` for other texts. */
function withSuffix(text: string): number | undefined {
  return /^[\d.].*f$/i.test(text) ? Number(text.slice(0, -1)) : undefined;
}

/** An ordinary decimal; `undefined` if the value is something else. */
function readDecimal(source: TextSource, start: number): number | undefined {
  const { bytes } = source;
  const isNegative = bytes[start] === codes.minus;
  const digits = isNegative ? source.skipBlank(start + 1) : start;
  const isOctal = bytes[digits] === codes.zero && isDigit(bytes[digits + 1]);
  const end = isOctal ? digits : endOfDecimal(bytes, digits);
  const magnitude = end > digits ? decimalOf(bytes, digits, end) : undefined;
  return isNegative && magnitude !== undefined ? -magnitude : magnitude;
}

function readEnum(place: Place, { values, others }: EnumType): string {
  const text = token(place);
  if (Object.hasOwn(values, text)) return text;
  if (/^["']/.test(text)) refuseQuoted(place, Object.keys(values));
  // Below 0 are placeholders for numbers that collide between forks.
  const number = integerPattern.test(text) ? readInteger(place, "int32") : -1;
  const [byNumber] = Object.entries(values).find(([, value]) => value === number && value >= 0) ??
    [];
  if (byNumber !== undefined) return byNumber;
  if (others && /^\w+$/.test(text)) return text;
  const names = Object.keys(values);
  throw place.source.error(
    place.start,
    `${place.name} has no value ${text}` +
      suggest(text, names, `: it is one of ${names.join(", ")}`),
  );
}

/** Refuses the quoted name of an enum value, such as `type: "CONVOLUTION"` in V1. */
function refuseQuoted(place: Place, names: readonly string[]): never {
  const text = readString(place.source, place.start);
  const meant = names.find((name) => name.toLowerCase() === text.toLowerCase());
  refuse(place, meant === undefined ? "a word without quotes" : `${meant} without quotes`);
}

/** The position of a value that must be a string. */
function quoted(place: Place): number {
  const { source, start } = place;
  return /^["']/.test(source.ascii(start, start + 1)) ? start : refuse(place, "a string in quotes");
}

function refuse(place: Place, expected: string): never {
  const { source, start, name } = place;
  const found = source.ascii(start, Math.min(source.endOfScalar(start), start + 60));
  throw source.error(start, `${name} must be ${expected}, not ${found}`);
}
