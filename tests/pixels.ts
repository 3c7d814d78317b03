/**
 * The pixels of pictures.
 *
 * @module
 */
import { encodePng } from "../cli/images.ts";
import type { Image } from "../runtime/preprocess.ts";

/** Red, green and blue of a pixel. */
export function colourAt({ width, data }: Image, x: number, y: number): number[] {
  const start = (y * width + x) * 4;
  return [...data.subarray(start, start + 3)];
}

/** A grey picture, as a PNG. */
export function greyPng(width: number, height: number, grey = 128): Promise<Uint8Array> {
  const data = new Uint8ClampedArray(width * height * 4).fill(grey);
  return encodePng({ width, height, data });
}
