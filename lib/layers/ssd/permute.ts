/**
 * Permute: permutes the axes. Unlisted axes follow in their original order.
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

/** The complete order, with the unlisted axes appended. */
function orderOf(listed: readonly number[], rank: number): readonly number[] {
  if (listed.some((axis) => axis >= rank) || new Set(listed).size !== listed.length) {
    throw new TypeError(
      `its order is ${showShape(listed)}, but it must list different axes of its bottom, 0 to ` +
        `${rank - 1}`,
    );
  }
  const rest = Array.from({ length: rank }, (_, axis) => axis);
  return [...listed, ...rest.filter((axis) => !listed.includes(axis))];
}

function isIdentity(order: readonly number[]): boolean {
  return order.every((axis, i) => axis === i);
}
