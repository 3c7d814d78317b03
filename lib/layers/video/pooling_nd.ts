/**
 * PoolingND: Pooling under another name, in a fork for 3-D U-Nets. Its U-Nets crop what is upsampled
 * again to the size before, so it rounds up as well.
 *
 * @see https://github.com/jackyko1991/unet3d-pytorch
 * @module
 */
import { pooling } from "../bvlc/pooling.ts";
import type { Layer } from "../layer.ts";

export const poolingND: Layer = {
  ...pooling,
  type: "PoolingND",
  param: { name: "pooling_nd_param", message: pooling.param!.message },
};
