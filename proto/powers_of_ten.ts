/**
 * The powers of ten.
 *
 * @module
 */

/** Those that float64 represents exactly: a number times or by one of them is rounded only once. */
export const powersOfTen = Float64Array.from(
  { length: 23 },
  (_, exponent) => Number(`1e${exponent}`),
);
