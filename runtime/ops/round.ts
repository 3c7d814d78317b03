/**
 * Rounding as in C (ties away from 0), and as in NumPy and OpenCV (ties to even).
 *
 * @module
 */

/** The nearest integer, ties away from 0. */
export function round(x: number): number {
  return Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
}

/** WGSL: the same, as `round_away`. */
export const roundCode = /* wgsl */ `
fn round_away(x: f32) -> f32 {
  let whole = trunc(x);
  return select(whole, whole + sign(x), abs(x - whole) >= 0.5);
}
`;

/** The nearest integer, ties to even. */
export function roundToEven(x: number): number {
  const below = Math.floor(x), rest = x - below;
  return rest > 0.5 || rest === 0.5 && below % 2 !== 0 ? below + 1 : below;
}
