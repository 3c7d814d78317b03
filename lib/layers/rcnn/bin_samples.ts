/**
 * The samples in the bins of regions.
 *
 * @module
 */

/** A limit that no real network exceeds: Mask R-CNN takes 2 along each axis. */
const mostSamples = 1000;

/**
 * The samples along each axis of a bin: the first of some settings that is in the file. Without any, or
 * below 1, it is 0: one per pixel.
 *
 * @throws {TypeError} if there are too many.
 */
export function binSamples(settings: Readonly<Record<string, number | undefined>>): number {
  const [name, samples] = Object.entries(settings).find(([, value]) => value !== undefined) ??
    ["", 0];
  if (samples! > mostSamples) {
    throw new TypeError(`its ${name} is ${samples}, but it must be at most ${mostSamples}`);
  }
  return Math.max(samples!, 0);
}
