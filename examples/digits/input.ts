/**
 * Drawings as the input of a network.
 *
 * @module
 */
import { type Drawing, size } from "./draw.ts";

/** The factor of grey values from 0 to 255, as documented in `deploy.prototxt`. */
export const greyScale = 1 / 256;

/** The values of drawings, one after the other: black is 0, white just under 1. */
export function inputOf(drawings: readonly Pick<Drawing, "image">[]): Float32Array<ArrayBuffer> {
  const input = new Float32Array(drawings.length * size * size);
  for (const [i, { image }] of drawings.entries()) {
    input.set(Float32Array.from(image, (grey) => grey * greyScale), i * size * size);
  }
  return input;
}
