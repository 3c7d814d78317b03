/**
 * Describes a mean image.
 *
 * @module
 */
import { readMean } from "../../lib/caffe/read.ts";
import { channelMeans } from "../../lib/channel_means.ts";
import { showShape } from "../../runtime/tensor.ts";
import type { Description } from "./description.ts";

/** Describes a `.binaryproto`: its shape, and the mean of each channel. */
export function describeMean(bytes: Uint8Array, file: string): Description {
  const mean = readMean(bytes, file), { shape } = mean;
  const means = channelMeans(mean);
  const list = means.map((mean) => mean.toFixed(3)).join(", ");
  return {
    kind: "mean",
    text: `a blob of the shape ${showShape(shape)}; the mean of each channel is ${list}`,
    json: { shape, means },
  };
}
