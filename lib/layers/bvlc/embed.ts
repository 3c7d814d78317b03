/**
 * Embed: looks up a learned vector for each index of its bottom, and adds a bias.
 *
 * Caffe leaves indices outside the table undefined; here they are clamped.
 *
 * The vectors are an axis after those of the indices. In the fork that LSTMNode is from, they replace a
 * last axis of 1.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/embed_layer.cpp
 * @see https://github.com/peteanderson80/bottom-up-attention/blob/master/caffe/src/caffe/layers/embed_layer.cpp
 *
 * @module
 */
import { bool, message, nested, uint32 } from "../../../proto/message.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { apply, defineLayer } from "../layer.ts";
import { weightsAndBiases } from "../weights.ts";

export const embed = defineLayer({
  type: "Embed",
  ops: ["affine", "gather", "reshape"],
  param: {
    name: "embed_param",
    number: 137,
    message: message("EmbedParameter", {
      num_output: uint32(1, 0),
      input_dim: uint32(2, 0),
      bias_term: bool(3, true),
      weight_filler: nested(4, FillerParameter),
      bias_filler: nested(5, FillerParameter),
    }),
  },

  blobs({ param }) {
    const { num_output, input_dim } = param;
    if (num_output === 0 || input_dim === 0) {
      throw new TypeError(
        `its num_output is ${num_output} and its input_dim ${input_dim}, but both must be at ` +
          "least 1",
      );
    }
    return weightsAndBiases(param, [input_dim, num_output]);
  },

  lower({ graph, name, bottoms: [bottom], blobs: [weights, biases], hasLayer }) {
    const last = bottom!.shape.length - 1;
    const isReplaced = bottom!.shape[last] === 1 && hasLayer("LSTMNode");
    const indices = isReplaced
      ? apply(graph, "reshape", `${name}/indices`, [bottom!], { shape: [], axis: last })
      : bottom!;
    const inputs = [indices, weights!];
    if (biases === undefined) return [apply(graph, "gather", name, inputs, {})];
    const vectors = apply(graph, "gather", `${name}/vectors`, inputs, {});
    return [apply(graph, "affine", name, [vectors, biases], { axis: -1, terms: "offset" })];
  },
});
