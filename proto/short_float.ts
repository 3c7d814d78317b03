/**
 * How numbers of 32 bits are spelled in few digits.
 *
 * @module
 */

/** The powers of ten that are exact in 64 bits. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Between these, a number of nine digits is a whole number times or divided by one of them. */
const LEAST = 1e-13, GREATEST = 1e22;
/** No two numbers of so few digits are the same in float32, so that none is found in fewer. */
const FEW = 6;
/** So many digits tell any two apart. */
const ENOUGH = 9;

/**
 * The number of the fewest digits that is the same as `value` when it is rounded to float32.
 *
 * @param value Finite, and a float32.
 */
export function shortFloat(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < LEAST || magnitude > GREATEST) return shortByDigits(value);
  const most = FEW - 1 - Math.floor(Math.log10(magnitude));
  for (let places = most; places <= most + ENOUGH - FEW; places++) {
    // A whole number and a power of ten, both exact, give what their digits are read as.
    const short = places < 0
      ? Math.round(value / POWERS[-places]!) * POWERS[-places]!
      : Math.round(value * POWERS[places]!) / POWERS[places]!;
    if (Math.fround(short) === value) return short;
  }
  return shortByDigits(value);
}

/** The same for any number, which takes long. */
function shortByDigits(value: number): number {
  for (let digits = 1; digits < ENOUGH; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(ENOUGH));
}
