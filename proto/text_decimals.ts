/**
 * Ordinary decimals in text format, which files of weights consist of. They are read from their
 * bytes, in a third of the time that strings take.
 *
 * @module
 */
import { powersOfTen } from "./powers_of_ten.ts";
import { codes, isDigit, isExponent, isLetter } from "./text_characters.ts";

/**
 * The end of the decimal that starts at a byte, such as `1`, `0.5` or `.5e-3`; `start` if there is
 * none, or if more than a decimal is there.
 */
export function endOfDecimal(bytes: Uint8Array, start: number): number {
  let end = endOfDigits(bytes, start), digits = end - start;
  if (bytes[end] === codes.dot) {
    const fraction = end + 1;
    end = endOfDigits(bytes, fraction);
    digits += end - fraction;
  }
  if (digits > 0 && isExponent(bytes[end])) {
    const hasSign = bytes[end + 1] === codes.plus || bytes[end + 1] === codes.minus;
    const exponent = end + (hasSign ? 2 : 1);
    end = endOfDigits(bytes, exponent);
    digits = end - exponent;
  }
  return digits === 0 || isLetter(bytes[end]) || bytes[end] === codes.dot ? start : end;
}

/**
 * The value of the decimal between two bytes, correctly rounded; `undefined` if it has too many
 * digits, or too large an exponent, to find it in one step.
 */
export function decimalOf(bytes: Uint8Array, start: number, end: number): number | undefined {
  let digits = 0, power = 0, at = start;
  for (let hasDot = false; at < end && !isExponent(bytes[at]); at++) {
    if (bytes[at] === codes.dot) hasDot = true;
    else {
      digits = 10 * digits + (bytes[at]! - codes.zero);
      if (hasDot) power--;
    }
  }
  if (at < end) {
    // After the letter there may be a sign.
    at++;
    const isNegative = bytes[at] === codes.minus;
    if (isNegative || bytes[at] === codes.plus) at++;
    let exponent = 0;
    for (; at < end; at++) exponent = 10 * exponent + (bytes[at]! - codes.zero);
    power += isNegative ? -exponent : exponent;
  }
  // Digits and power are exact then, and only their product or quotient is rounded.
  if (digits > Number.MAX_SAFE_INTEGER || Math.abs(power) >= powersOfTen.length) return undefined;
  return power < 0 ? digits / powersOfTen[-power]! : digits * powersOfTen[power]!;
}

function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at;
}
