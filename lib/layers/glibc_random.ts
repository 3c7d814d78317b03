/**
 * What C's `rand()` gives where glibc has it: layers that draw numbers by it mean these, as the models
 * that were trained with them were trained under Linux.
 *
 * @see https://sourceware.org/git/?p=glibc.git;a=blob;f=stdlib/random_r.c
 * @module
 */

/** Draws the next number, of 31 bits. */
export type Random = () => number;

/** Numbers after `srand(seed)`: each is the sum of the third and the thirty-first before it. */
export function glibcRandom(seed: number): Random {
  const state = new Uint32Array(31);
  state[0] = seed === 0 ? 1 : seed;
  for (let i = 1; i < state.length; i++) state[i] = (16807 * state[i - 1]!) % 0x7fffffff;
  let next = 3;
  const random = () => {
    const sum = state[next]! + state[(next + 28) % 31]!;
    state[next] = sum;
    next = (next + 1) % 31;
    return (sum >>> 0) >>> 1;
  };
  // The first are thrown away.
  for (let i = 0; i < 310; i++) random();
  return random;
}
