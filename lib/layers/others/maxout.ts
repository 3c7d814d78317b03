/**
 * Maxout: the largest of each group of adjacent channels.
 *
 *     [N, num_output · G, H, W]  →  [N, num_output, G, H·W]  →  [N, num_output, H, W]
 *
 * @see https://arxiv.org/abs/1302.4389 Maxout networks
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import { expectImage, type Shape4 } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const maxout = defineLayer({
  type: "Maxout",
  ops: ["argMax", "reshape"],
  param: {
    name: "maxout_param",
    message: message("MaxoutParameter", { num_output: uint32(0, 0) }),
  },

  lower({ graph, name, param: { num_output }, bottoms: [bottom] }) {
    const { shape } = bottom!;
    expectImage(shape);
    const [, channels] = shape as Shape4, group = channels / num_output;
    if (!Number.isInteger(group)) {
      throw new TypeError(
        `its num_output is ${num_output}, but must divide the ${channels} channels of its bottom`,
      );
    }
    const groups = apply(graph, "reshape", `${name}/groups`, [bottom!], {
      shape: [num_output, group],
      axis: 1,
      numAxes: 1,
    });
    const largest = apply(graph, "argMax", `${name}/largest`, [groups], {
      axis: 2,
      result: "value",
    });
    return [apply(graph, "reshape", name, [largest], { shape: [num_output], axis: 1, numAxes: 2 })];
  },
});
