/**
 * Random numbers that a seed repeats: the same seed gives the same drawings and the same training.
 *
 * @see https://pracrand.sourceforge.net/ Chris Doty-Humphrey's sfc32, 128 bits of state. With less
 * state, as in mulberry32, the streams of two seeds are stretches of one short cycle and may meet.
 *
 * @module
 */

/** Numbers from 0 up to, not including, 1. */
export type Random = () => number;

/** A generator whose numbers follow from `seed` alone. */
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
  // The first numbers of near seeds resemble each other.
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A number from `low` to `high`, all equally likely. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** A number of mean 0 and standard deviation 1, by the method of Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
