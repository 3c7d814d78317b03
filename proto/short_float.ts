/**
 * Formats float32 numbers with the fewest digits that restore them.
 *
 * @module
 */

/** The powers of ten that float64 represents exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Within these, a number of nine digits is an integer times or divided by one of them. */
const LEAST = 1e-13, GREATEST = 1e22;
/** Decimals of so few digits are all distinct in float32, so no shorter ones are found. */
const FEW = 6;
/** So many digits distinguish any two float32 numbers. */
const ENOUGH = 9;

/**
 * The decimal of the fewest digits that rounds to `value` in float32.
 *
 * @param value A finite float32.
 */
export function shortFloat(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < LEAST || magnitude > GREATEST) return shortByDigits(value);
  const most = FEW - 1 - Math.floor(Math.log10(magnitude));
  for (let places = most; places <= most + ENOUGH - FEW; places++) {
    // An exact integer and an exact power of ten: one rounding, as when the digits are parsed.
    const short = places < 0
      ? Math.round(value / POWERS[-places]!) * POWERS[-places]!
      : Math.round(value * POWERS[places]!) / POWERS[places]!;
    if (Math.fround(short) === value) return short;
  }
  return shortByDigits(value);
}

/** The same for any number, but slow. */
function shortByDigits(value: number): number {
  for (let digits = 1; digits < ENOUGH; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(ENOUGH));
}
