/**
 * InnerProduct: every output is a weighted sum of a whole sample, and a bias.
 *
 * A sample is read in the order channels, height, width; TensorFlow flattens height, width,
 * channels. Weights are `[output, K]`, TensorFlow's `[K, output]`, like Caffe's with `transpose`.
 *
 * @module
 */
import { bool, int32, message, nested, uint32 } from "../../proto/message.ts";
import { FillerParameter } from "../caffe/schema.ts";
import { axisOf, count } from "../../runtime/tensor.ts";
import { transpose } from "../transpose.ts";
import { apply, defineLayer } from "./layer.ts";
import { weightsAndBiases } from "./weights.ts";

export const innerProduct = defineLayer({
  type: "InnerProduct",
  ops: ["dense"],
  param: {
    name: "inner_product_param",
    number: 117,
    message: message("InnerProductParameter", {
      num_output: uint32(1, 0),
      bias_term: bool(2, true),
      weight_filler: nested(3, FillerParameter),
      bias_filler: nested(4, FillerParameter),
      axis: int32(5, 1),
      transpose: bool(6, false),
    }),
  },

  blobs({ param, shapes: [shape] }) {
    const { num_output, axis, transpose } = param;
    if (num_output === 0) {
      throw new TypeError("its num_output is 0 or missing, but it must be at least 1");
    }
    const inputs = count(shape!.slice(axisOf(axis, shape!.length)));
    return transpose
      ? weightsAndBiases(param, [inputs, num_output], "weights_transposed")
      : weightsAndBiases(param, [num_output, inputs]);
  },

  lower({ graph, name, param, bottoms: [bottom], blobs: [stored, ...biases] }) {
    const { shape } = stored!;
    const weights = param.transpose
      ? graph.constant(`${name}/weights`, {
        shape: shape.toReversed(),
        data: transpose(graph.dataOf(stored!)!, shape),
      })
      : stored!;
    return [
      apply(graph, "dense", name, [bottom!, weights, ...biases], {
        output: param.num_output,
        axis: param.axis,
        bias: param.bias_term,
      }),
    ];
  },
});
