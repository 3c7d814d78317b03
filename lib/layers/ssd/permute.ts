/**
 * Permute: puts the axes into another order; those that are not listed follow in their own.
 *
 * @see https://github.com/weiliu89/caffe/blob/ssd/src/caffe/layers/permute_layer.cpp
 * @module
 */
import { message, repeated, uint32 } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const permute = defineLayer({
  type: "Permute",
  ops: ["permute"],
  param: {
    name: "permute_param",
    number: 202,
    message: message("PermuteParameter", { order: repeated(uint32(1)) }),
  },

  sharesMemory: ({ param, shapes: [shape] }) => isIdentity(orderOf(param.order, shape!.length)),

  lower({ graph, name, param, bottoms: [bottom] }) {
    const order = orderOf(param.order, bottom!.shape.length);
    return [isIdentity(order) ? bottom! : apply(graph, "permute", name, [bottom!], { order })];
  },
});

/** The order with the axes that are not listed. */
function orderOf(listed: readonly number[], rank: number): readonly number[] {
  if (listed.some((axis) => axis >= rank) || new Set(listed).size !== listed.length) {
    throw new TypeError(
      `its order is ${showShape(listed)}, but it must name axes of its bottom, 0 to ${rank - 1}, ` +
        "once each",
    );
  }
  const rest = Array.from({ length: rank }, (_, axis) => axis);
  return [...listed, ...rest.filter((axis) => !listed.includes(axis))];
}

function isIdentity(order: readonly number[]): boolean {
  return order.every((axis, i) => axis === i);
}
