/**
 * Describes a mean image.
 *
 * @module
 */
import { readMean } from "../../lib/caffe/read.ts";
import { showShape } from "../../runtime/tensor.ts";
import type { Description } from "./description.ts";

/** Describes a `.binaryproto`: its shape, and the mean of each channel. */
export function describeMean(bytes: Uint8Array, file: string): Description {
  const { shape, data } = readMean(bytes, file);
  const channels = shape.length < 3 ? 1 : shape.at(-3)!;
  const plane = data.length / channels;
  const means = Array.from({ length: channels }, (_, c) => {
    return data.subarray(c * plane, (c + 1) * plane).reduce((sum, value) => sum + value, 0) / plane;
  });
  const list = means.map((mean) => mean.toFixed(3)).join(", ");
  return {
    kind: "mean",
    text: `a blob of the shape ${showShape(shape)}; the mean of each channel is ${list}`,
    json: { shape, means },
  };
}
