/**
 * Normalization layers of forks.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { bn, cudnnBatchNorm } from "./bn.ts";
import { grn } from "./grn.ts";
import { groupNorm } from "./group_norm.ts";
import { instanceNorm } from "./instance_norm.ts";
import { unitLength } from "./unit_length.ts";

export const normalization: readonly Family[] = [
  ["SegNet, PSPNet", [bn]],
  ["SENet", [cudnnBatchNorm]],
  ["other activations", [grn]],
  ["others", [groupNorm, instanceNorm, ...unitLength]],
];
