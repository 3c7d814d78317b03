/**
 * GroupNorm: subtracts the mean of each group of channels of a sample, and divides by the standard
 * deviation. Learned factors and offsets, if any, belong to a Scale layer that follows.
 *
 * @see https://arxiv.org/abs/1803.08494
 * @module
 */
import { float, int32, message } from "../../../proto/message.ts";
import { expectChannelGroups } from "../channel_groups.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { refuseBlobs } from "./instance_norm.ts";

export const groupNorm = defineLayer({
  type: "GroupNorm",
  ops: ["reshape", "standardize"],
  param: {
    name: "group_norm_param",
    message: message("GroupNormParameter", {
      eps: float(0, 1e-5),
      group_num: int32(0),
      /** Another fork's name of the number of groups. */
      group_ratio: int32(0),
    }),
  },

  lower({ graph, name, param: { eps, group_num, group_ratio }, bottoms: [bottom], stored = [] }) {
    const { shape } = bottom!, groups = group_num ?? group_ratio ?? 32;
    refuseBlobs(stored);
    expectChannelGroups(bottom!, groups);
    const split = apply(graph, "reshape", `${name}/groups`, [fixed(graph, name, bottom!, 1, 2)], {
      shape: [-1, shape[1]! / groups],
      numAxes: 2,
    });
    const settings = { over: "sample", eps, epsUnderRoot: true } as const;
    const unit = apply(graph, "standardize", `${name}/unit`, [split], settings);
    return [apply(graph, "reshape", name, [unit], { shape: [-1, shape[1]!], numAxes: 2 })];
  },
});
