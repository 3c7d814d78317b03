/**
 * The settings of a convolution.
 *
 * @module
 */
import { type AttributesOf, boolean, pair, size, sizes } from "../attribute.ts";
import { epilogue } from "../epilogue.ts";

/** The settings of a convolution, described. */
export const schema = {
  /** How many output channels there are. */
  output: size(),
  kernel: sizes(),
  stride: sizes([1, 1]),
  /** Rows added above and below, and columns added left and right. */
  pad: pair([0, 0]),
  dilation: sizes([1, 1]),
  /** Channels are split into so many groups, each convolved on its own. */
  group: size(1),
  bias: boolean(true),
  ...epilogue,
};

/** The settings of a convolution. */
export type Conv2dAttributes = AttributesOf<typeof schema>;
