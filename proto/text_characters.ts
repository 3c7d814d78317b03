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
  backslash: 0x5c,
} as const;

/** Whether a byte is a letter or an underscore. */
export function isLetter(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || byte === 0x5f;
}

/** Whether a byte is white space. */
export function isBlank(byte: number | undefined): boolean {
  return byte === codes.space ||
    (byte !== undefined && byte >= codes.tab && byte <= codes.carriageReturn);
}

/** Whether a byte is a decimal digit. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
