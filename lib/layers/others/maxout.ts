/**
 * Maxout: the largest of each group of adjacent channels.
 *
 *     [N, num_output · G, H, W]  →  [N, num_output, G, H·W]  →  [N, num_output, H, W]
 *
 * @see https://arxiv.org/abs/1302.4389 Maxout networks
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { expectChannelGroups } from "../channel_groups.ts";
import { apply, defineLayer } from "../layer.ts";

export const maxout = defineLayer({
  type: "Maxout",
  ops: ["argMax", "reshape"],
  param: {
    name: "maxout_param",
    message: message("MaxoutParameter", { num_output: uint32(0, 0) }),
  },

  lower({ graph, name, param: { num_output }, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    expectChannelGroups(bottom!, num_output);
    const groups = apply(graph, "reshape", `${name}/groups`, [bottom!], {
      shape: [num_output, bottom!.shape[1]! / num_output],
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
