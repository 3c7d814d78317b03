/**
 * The characters of protobuf's text format.
 *
 * @module
 */

/** The bytes of single characters. */
export const codes = {
  tab: 0x09,
  newline: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  quote: 0x22,
  hash: 0x23,
  apostrophe: 0x27,
  plus: 0x2b,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  backslash: 0x5c,
  underscore: 0x5f,
  a: 0x61,
  e: 0x65,
  x: 0x78,
  z: 0x7a,
} as const;

/** The byte of a letter in lower case; other bytes of ASCII become no letters. */
function lowered(byte: number): number {
  return byte | 0x20;
}

/** Whether a byte is a letter or an underscore. */
export function isLetter(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = lowered(byte);
  return (lower >= codes.a && lower <= codes.z) || byte === codes.underscore;
}

/** Whether a byte is the letter before an exponent. */
export function isExponent(byte: number | undefined): boolean {
  return byte !== undefined && lowered(byte) === codes.e;
}

/** Whether a number in hexadecimal starts at a byte: `0x`. */
export function isHex(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === codes.zero && lowered(bytes[start + 1]!) === codes.x;
}

/** Whether a byte is white space. */
export function isBlank(byte: number | undefined): boolean {
  return byte === codes.space ||
    (byte !== undefined && byte >= codes.tab && byte <= codes.carriageReturn);
}

/** Whether a byte is a decimal digit. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= codes.zero && byte <= codes.nine;
}
