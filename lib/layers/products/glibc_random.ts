/**
 * The random numbers of glibc's `rand()`. Layers that draw numbers by it depend on them, since models
 * are trained under Linux.
 *
 * @see https://sourceware.org/git/?p=glibc.git;a=blob;f=stdlib/random_r.c
 * @module
 */

/** Draws the next number, of 31 bits. */
export type Random = () => number;

/** The numbers after `srand(seed)`: each is the sum of those 3 and 31 positions before it. */
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
  // The first ones are discarded.
  for (let i = 0; i < 310; i++) random();
  return random;
}
