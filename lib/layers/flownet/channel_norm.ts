/**
 * ChannelNorm: the L2 norm over the channels at each position.
 *
 * @see https://github.com/lmb-freiburg/flownet2
 * @module
 */
import { apply, defineLayer } from "../layer.ts";

export const channelNorm = defineLayer({
  type: "ChannelNorm",
  ops: ["norm"],

  lower: ({ graph, name, bottoms }) => [apply(graph, "norm", name, bottoms, { axis: 1 })],
});
