/**
 * Softmax: turns the values along an axis into probabilities.
 *
 * The axis is the channels' by default, for images too; TensorFlow's is the last.
 *
 * @module
 */
import { int32, message } from "../../proto/message.ts";
import { engine } from "./engine.ts";
import { apply, defineLayer } from "./layer.ts";

const param = {
  name: "softmax_param",
  number: 125,
  message: message("SoftmaxParameter", { engine: engine(1), axis: int32(2, 1) }),
};

export const softmax = defineLayer({
  type: "Softmax",
  param,

  lower: ({ graph, name, param: { axis }, bottoms }) => [
    apply(graph, "softmax", name, bottoms, { axis }),
  ],
});

/**
 * SoftmaxWithLoss: a softmax and, in training, how far it is from the labels. Outside training
 * there is no loss: each of its tops, the second of which Caffe fills so too, is the probabilities.
 */
export const softmaxWithLoss = defineLayer({
  type: "SoftmaxWithLoss",
  param,
  bottoms: [1, 2],
  tops: [0, 2],

  lower({ graph, name, layer, param: { axis }, bottoms: [bottom] }) {
    // Caffe hands all of them on to the softmax inside, which has one top.
    if (layer.lossWeights.length > 1) {
      throw new TypeError(
        `it has ${layer.lossWeights.length} values of loss_weight, but Caffe allows it one`,
      );
    }
    const probabilities = apply(graph, "softmax", name, [bottom!], { axis });
    return new Array(Math.max(1, layer.tops.length)).fill(probabilities);
  },
});
