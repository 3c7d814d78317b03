/**
 * Draws boxes and points into a photograph.
 *
 * @module
 */
import type { Image } from "../../runtime/mod.ts";
import type { Face } from "./detector.ts";

const green = [40, 230, 80, 255], red = [255, 50, 50, 255];

/** The photograph with a box around each face, and its points. */
export function drawFaces(photograph: Image, faces: readonly Face[]): Image {
  const { width, height } = photograph;
  const data = new Uint8Array(photograph.data);
  const thick = Math.max(1, Math.round(Math.min(width, height) / 250));
  const fill = (left: number, top: number, right: number, bottom: number, colour: number[]) => {
    for (let y = Math.max(0, Math.round(top)); y < Math.min(height, Math.round(bottom)); y++) {
      for (let x = Math.max(0, Math.round(left)); x < Math.min(width, Math.round(right)); x++) {
        data.set(colour, (y * width + x) * 4);
      }
    }
  };
  for (const { box: [left, top, right, bottom], points } of faces) {
    fill(left, top, right, top + thick, green);
    fill(left, bottom - thick, right, bottom, green);
    fill(left, top, left + thick, bottom, green);
    fill(right - thick, top, right, bottom, green);
    for (const [x, y] of points) fill(x - thick, y - thick, x + thick, y + thick, red);
  }
  return { width, height, data };
}
