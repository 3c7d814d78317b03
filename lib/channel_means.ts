/**
 * The means of the channels of a mean image.
 *
 * @module
 */
import type { Tensor } from "../runtime/tensor.ts";

/** The mean of each channel of an image, `[C, H, W]` or `[1, C, H, W]`; other shapes have one. */
export function channelMeans({ shape, data }: Tensor): readonly number[] {
  const channels = shape.length < 3 ? 1 : shape.at(-3)!;
  const plane = data.length / channels;
  return Array.from({ length: channels }, (_, c) => {
    return data.subarray(c * plane, (c + 1) * plane).reduce((sum, value) => sum + value, 0) / plane;
  });
}
