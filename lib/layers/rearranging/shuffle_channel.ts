/**
 * ShuffleChannel: interleaves the channels of groups.
 *
 *     [N, G·K, H, W]  →  [N, G, K, H, W]  →  [N, K, G, H, W]  →  [N, K·G, H, W]
 *
 * @see https://arxiv.org/abs/1707.01083
 *
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { expectChannelGroups } from "../channel_groups.ts";
import { apply, defineLayer } from "../layer.ts";

export const shuffleChannel = defineLayer({
  type: "ShuffleChannel",
  ops: ["permute", "reshape"],
  param: {
    name: "shuffle_channel_param",
    number: 145,
    message: message("ShuffleChannelParameter", { group: uint32(1, 1) }),
  },

  lower({ graph, name, param: { group }, bottoms: [bottom] }) {
    expectChannelGroups(bottom!, group);
    return [group === 1 ? bottom! : dealtChannels(graph, name, bottom!, group)];
  },
});

/** Interleaves the channels of groups: first the first channel of each, then the second … */
function dealtChannels(
  graph: GraphBuilder,
  name: string,
  value: Value,
  group: number,
): Value {
  const groups = apply(graph, "reshape", `${name}/groups`, [value], {
    shape: [group, -1],
    axis: 1,
    numAxes: 1,
  });
  const axes = groups.shape.map((_, axis) => axis);
  const order = axes.with(1, 2).with(2, 1);
  const dealt = apply(graph, "permute", `${name}/dealt`, [groups], { order });
  return apply(graph, "reshape", name, [dealt], { shape: [-1], axis: 1, numAxes: 2 });
}
