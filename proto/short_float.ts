/**
 * Formats float32 numbers with the fewest digits that restore them.
 *
 * @module
 */
import { powersOfTen } from "./powers_of_ten.ts";

/** In this range, a decimal of nine digits is an integer multiplied or divided by such a power. */
const least = 1e-13, greatest = 1e22;
/** Decimals with this number of digits are distinct in float32 (`FLT_DIG` in C). */
const distinctDigits = 6;
/** This number of digits identifies any float32 (`FLT_DECIMAL_DIG` in C). */
const sufficientDigits = 9;

/**
 * The decimal of the fewest digits that rounds to `value` in float32.
 *
 * @param value A finite float32.
 */
export function shortFloat(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < least || magnitude > greatest) return shortByDigits(value);
  // If fewer digits than distinctDigits suffice, rounding to that many yields trailing zeros.
  const first = distinctDigits - 1 - Math.floor(Math.log10(magnitude));
  for (let places = first; places <= first + sufficientDigits - distinctDigits; places++) {
    // The integer and the power of ten are exact, so there is one rounding, as in parsing.
    const short = places < 0
      ? Math.round(value / powersOfTen[-places]!) * powersOfTen[-places]!
      : Math.round(value * powersOfTen[places]!) / powersOfTen[places]!;
    if (Math.fround(short) === value) return short;
  }
  return shortByDigits(value);
}

/** The same for any magnitude, but slower. */
function shortByDigits(value: number): number {
  for (let digits = 1; digits < sufficientDigits; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(sufficientDigits));
}
