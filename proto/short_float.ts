/**
 * Formats float32 numbers with the fewest digits that restore them.
 *
 * @module
 */
import { POWERS } from "./powers_of_ten.ts";

/** In this range, a decimal of nine digits is an integer multiplied or divided by such a power. */
const LEAST = 1e-13, GREATEST = 1e22;
/** Decimals with this number of digits are distinct in float32 (`FLT_DIG` in C). */
const DISTINCT_DIGITS = 6;
/** This number of digits identifies any float32 (`FLT_DECIMAL_DIG` in C). */
const SUFFICIENT_DIGITS = 9;

/**
 * The decimal of the fewest digits that rounds to `value` in float32.
 *
 * @param value A finite float32.
 */
export function shortFloat(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < LEAST || magnitude > GREATEST) return shortByDigits(value);
  // If fewer digits than DISTINCT_DIGITS suffice, rounding to that many yields trailing zeros.
  const first = DISTINCT_DIGITS - 1 - Math.floor(Math.log10(magnitude));
  for (let places = first; places <= first + SUFFICIENT_DIGITS - DISTINCT_DIGITS; places++) {
    // The integer and the power of ten are exact, so there is one rounding, as in parsing.
    const short = places < 0
      ? Math.round(value / POWERS[-places]!) * POWERS[-places]!
      : Math.round(value * POWERS[places]!) / POWERS[places]!;
    if (Math.fround(short) === value) return short;
  }
  return shortByDigits(value);
}

/** The same for any magnitude, but slower. */
function shortByDigits(value: number): number {
  for (let digits = 1; digits < SUFFICIENT_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(SUFFICIENT_DIGITS));
}
