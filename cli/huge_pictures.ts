/**
 * The limit of a picture's size.
 *
 * @module
 */

/** More pixels than any camera has, but few enough for memory. */
export const mostPixels = 100_000_000;

/** @throws {TypeError} if a picture has more pixels. */
export function refuseHuge(width: number, height: number): void {
  if (width * height <= mostPixels) return;
  throw new TypeError(`it has ${width} × ${height} pixels, but at most ${mostPixels} are read`);
}
