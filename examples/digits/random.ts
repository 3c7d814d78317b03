/**
 * A seeded random number generator, for reproducible drawings and training.
 *
 * @see https://pracrand.sourceforge.net/ Chris Doty-Humphrey's sfc32, 128 bits of state. Generators
 * with less state, such as mulberry32, have one short cycle, in which the streams of two seeds may
 * overlap.
 *
 * @module
 */

/** Returns uniform numbers in [0, 1). */
export type Random = () => number;

/** A generator whose numbers depend on `seed` only. */
export function seededRandom(seed: number): Random {
  let a = 0;
  let b = seed | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers of similar seeds are correlated.
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A uniform number from `low` to `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** A normally distributed number of mean 0 and standard deviation 1, by the Box–Muller method. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
