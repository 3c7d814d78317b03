/**
 * Reduce: the sum or the mean along one axis, which is kept with extent 1.
 *
 * @see https://github.com/ModelTC/NART/blob/main/python/nart/tools/pytorch/layer_utils/reduce.py
 * @module
 */
import { int32, message, optionalEnumeration } from "../../../proto/message.ts";
import { defineLayer } from "../layer.ts";
import { reduceBy, reducedTo } from "../reduced.ts";

export const reduce = defineLayer({
  type: "Reduce",
  ops: ["permute", "reduce", "reshape"],
  param: {
    name: "reduce_param",
    message: message("ReduceParameter", {
      axis: int32(0),
      operation: optionalEnumeration(0, { SUM: 0, MEAN: 1 }),
    }),
  },

  lower({ graph, name, param, bottoms: [bottom] }) {
    if (param.axis === undefined || param.operation === undefined) {
      throw new TypeError(
        "it needs both an axis and an operation, SUM or MEAN, in its reduce_param",
      );
    }
    const reduce = reduceBy(operations[param.operation]);
    return [reducedTo(graph, name, bottom!, reduce, { axes: [param.axis], keeps: true })];
  },
});

const operations = { SUM: "sum", MEAN: "mean" } as const;
