/**
 * BatchReindex: gathers samples of the first bottom by the indices in the second.
 *
 * Caffe stops at an index out of range; here it is clamped.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/batch_reindex_layer.cpp
 *
 * @module
 */
import { showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const batchReindex = defineLayer({
  type: "BatchReindex",
  ops: ["gather"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [samples, order] }) {
    if (order!.shape.length !== 1) {
      throw new TypeError(`its second bottom is ${showShape(order!.shape)}, not a list [N]`);
    }
    return [apply(graph, "gather", name, [order!, samples!], {})];
  },
});
