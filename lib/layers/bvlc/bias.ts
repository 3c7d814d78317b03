/**
 * Bias: adds a learned offset, one for each position of a run of axes. A second bottom replaces the
 * learned offset.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/bias_layer.cpp
 * @module
 */
import { int32, message, nested } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer } from "../layer.ts";
import { learnedShape } from "./scale.ts";

export const bias = defineLayer({
  type: "Bias",
  ops: ["affine"],
  param: {
    name: "bias_param",
    number: 141,
    message: message("BiasParameter", {
      axis: int32(1, 1),
      num_axes: int32(2, 1),
      filler: nested(3, FillerParameter),
    }),
  },
  bottoms: [1, 2],

  blobs: ({ param, shapes: [bottom, second] }) =>
    second !== undefined ? [] : [{
      name: "offset",
      shape: learnedShape(param, bottom!),
      filler: param.filler ?? constant(0),
      because: `a bottom ${showShape(bottom!)}`,
    }],

  lower: ({ graph, name, param: { axis }, bottoms, blobs }) => [
    apply(graph, "affine", name, [...bottoms, ...blobs], { axis, terms: "offset" }),
  ],
});
