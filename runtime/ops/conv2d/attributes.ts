/**
 * The settings of a convolution, and of a transposed one.
 *
 * @module
 */
import { type AttributesOf, boolean, pair, size, sizes } from "../attribute.ts";
import { epilogue } from "../epilogue.ts";

/** The schema of the settings. */
export const schema = {
  /** The number of output channels. */
  output: size(),
  kernel: sizes(),
  stride: sizes([1, 1]),
  /**
   * The zero rows above and below, and zero columns left and right; of a transposed convolution, those
   * cropped from its output.
   */
  pad: pair([0, 0]),
  dilation: sizes([1, 1]),
  /** The number of groups of channels that are convolved separately. */
  group: size(1),
  bias: boolean(true),
  ...epilogue,
};

/** The settings of a convolution. */
export type Conv2dAttributes = AttributesOf<typeof schema>;
