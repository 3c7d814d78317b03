/**
 * Reduction: reduces all axes from a given one on, and multiplies the result by a coefficient.
 *
 * With axis 0, the default, the top is a single number, whose shape is `[]`.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/reduction_layer.cpp
 * @module
 */
import { enumeration, float, int32, message, onlyWith } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

const operations = { SUM: "sum", ASUM: "magnitudes", SUMSQ: "squares", MEAN: "mean" } as const;

export const reduction = defineLayer({
  type: "Reduction",
  ops: ["reduce"],
  param: {
    name: "reduction_param",
    number: 136,
    message: message("ReductionParameter", {
      operation: enumeration(1, { SUM: 1, ASUM: 2, SUMSQ: 3, MEAN: 4 }, "SUM"),
      axis: int32(2, 0),
      coeff: float(3, 1),
      ...onlyWith({ num_axes: -1 }),
    }),
  },

  lower: ({ graph, name, param: { operation, axis, coeff }, bottoms }) => [
    apply(graph, "reduce", name, bottoms, {
      operation: operations[operation],
      axis,
      coefficient: coeff,
    }),
  ],
});
