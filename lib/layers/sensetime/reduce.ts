/**
 * Reduce: the sum or the mean along one axis, which is kept with extent 1.
 *
 * @see https://github.com/ModelTC/NART/blob/main/python/nart/tools/pytorch/layer_utils/reduce.py
 * @module
 */
import { int32, message, optionalEnumeration } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { reducedTo } from "../synopsys/reduce.ts";

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
    const operation = ({ SUM: "sum", MEAN: "mean" } as const)[param.operation];
    return [
      reducedTo(
        graph,
        name,
        bottom!,
        (graph, name, value, axis) => apply(graph, "reduce", name, [value], { operation, axis }),
        [param.axis],
        true,
      ),
    ];
  },
});
