/**
 * Downsample: reduces an image by averaging pixels, to a given size or to that of the second bottom.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/downsample_layer.cu
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { sizeOf } from "./resample.ts";

export const downsample = defineLayer({
  type: "Downsample",
  ops: ["downsample"],
  param: {
    name: "downsample_param",
    number: 156,
    message: message("DownsampleParameter", {
      top_height: uint32(1, 0),
      top_width: uint32(2, 0),
    }),
  },
  bottoms: [1, 2],

  lower: ({ graph, name, param: { top_height, top_width }, bottoms }) => [
    apply(graph, "downsample", name, bottoms, {
      size: sizeOf(bottoms.length, top_height, top_width),
    }),
  ],
});
