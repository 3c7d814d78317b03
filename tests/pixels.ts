/**
 * The pixels of pictures.
 *
 * @module
 */
import type { Image } from "../runtime/preprocess.ts";

/** Red, green and blue of a pixel. */
export function colourAt({ width, data }: Image, x: number, y: number): number[] {
  const start = (y * width + x) * 4;
  return [...data.subarray(start, start + 3)];
}
