/**
 * RReLU: divides negative numbers by a random divisor in training, and otherwise by the harmonic mean
 * of its distribution. Insanity is the same in a fork for faces, named as in cxxnet.
 *
 * @see https://github.com/happynear/caffe-windows
 * @see https://github.com/ducha-aiki/caffe/blob/mystuff/src/caffe/layers/rrelu_layer.cpp
 * @see https://arxiv.org/abs/1505.00853
 *
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";

export const rrelu: readonly Layer[] = [
  randomized("RReLU", "rrelu_param"),
  randomized("Insanity", "insanity_param"),
];

function randomized(type: string, field: string): Layer {
  return defineLayer({
    type,
    ops: ["relu"],
    param: {
      name: field,
      message: message(`${type}Parameter`, { lb: float(0), ub: float(0) }),
    },

    lower({ graph, name, param: { lb, ub }, bottoms }) {
      if (lb === undefined || ub === undefined) throw new TypeError("it needs both an lb and a ub");
      if (lb === 0 || ub === 0 || lb >= ub) {
        throw new TypeError(
          `its lb is ${lb} and its ub ${ub}, but the lb must be less than the ub, and neither 0`,
        );
      }
      const slope = (Math.log(Math.abs(ub)) - Math.log(Math.abs(lb))) / (ub - lb);
      return [apply(graph, "relu", name, bottoms, { slope })];
    },
  });
}
