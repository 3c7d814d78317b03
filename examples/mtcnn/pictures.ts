/**
 * Prepares a photograph, or a part of it, as the input of a network.
 *
 * The networks were trained from Matlab, whose column-major images are transposed in Caffe: the first
 * axis of their input runs from left to right, the second from top to bottom.
 *
 * @module
 */
import { type Image, preprocess, type Preprocessing } from "../../runtime/mod.ts";
import type { Box } from "./boxes.ts";

/** The photograph with rows and columns exchanged. */
export function transposed({ width, height, data }: Image): Image {
  const from = new Uint32Array(new Uint8Array(data).buffer);
  const to = Uint32Array.from(
    { length: from.length },
    (_, i) => from[i % height * width + Math.floor(i / height)]!,
  );
  return { width: height, height: width, data: new Uint8Array(to.buffer) };
}

/** A part of a picture, padded with black beyond its borders. */
export function crop({ width, height, data }: Image, [left, top, right, bottom]: Box): Image {
  const [x, y] = [Math.round(left), Math.round(top)];
  const columns = Math.max(1, Math.round(right) - x), rows = Math.max(1, Math.round(bottom) - y);
  const part = new Uint8Array(columns * rows * 4);
  const first = Math.max(0, -x), last = Math.min(columns, width - x);
  for (let row = Math.max(0, -y); row < Math.min(rows, height - y) && first < last; row++) {
    const from = ((y + row) * width + x) * 4;
    part.set(data.subarray(from + first * 4, from + last * 4), (row * columns + first) * 4);
  }
  return { width: columns, height: rows, data: part };
}

/** The picture as an input of a network, `[3, height, width]`: red first, −1 to 1. */
export function inputOf(image: Image, height: number, width: number): Float32Array {
  const preprocessing: Preprocessing = {
    channelOrder: "rgb",
    resize: { exact: [height, width] },
    crop: null,
    mean: [127.5],
    scale: 1 / 128,
    meanImage: null,
  };
  return preprocess(image, preprocessing, [3, height, width]);
}
