/**
 * Lets timers and events of the calling thread have their turn while networks run on it.
 *
 * Awaiting what is ready already is no turn of the event loop, so a loop of short runs might not
 * leave it one.
 *
 * @module
 */

/** How long the thread works between two turns of its event loop, in milliseconds. */
const patience = 50;
let worked = 0;

/**
 * Counts work of the calling thread, and yields to its event loop when that is due.
 *
 * @param start When the work began.
 * @returns When the next work begins.
 */
export async function rest(start: number): Promise<number> {
  const end = performance.now();
  worked += end - start;
  if (worked <= patience) return end;
  await new Promise((resolve) => setTimeout(resolve));
  worked = 0;
  return performance.now();
}
