/**
 * The layers of networks that estimate optical flow.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { accum } from "./accum.ts";
import { channelNorm } from "./channel_norm.ts";
import { correlation } from "./correlation.ts";
import { correlation1D } from "./correlation_1d.ts";
import { dataAugmentation } from "./data_augmentation.ts";
import { downsample } from "./downsample.ts";
import { dstFlow } from "./dst_flow.ts";
import { expMax, negSquare } from "./exp_max.ts";
import { flowWarp } from "./flow_warp.ts";
import { grid } from "./grid.ts";
import { mean } from "./mean.ts";
import { negReLU } from "./neg_relu.ts";
import { resample } from "./resample.ts";
import { warp } from "./warp.ts";

export const flownet: readonly Family[] = [
  ["FlowNet", [
    accum,
    channelNorm,
    correlation,
    correlation1D,
    dataAugmentation,
    downsample,
    flowWarp,
    mean,
    negReLU,
    resample,
  ]],
  ["DSTFlow", dstFlow],
  ["LiteFlowNet, PWC-Net", [expMax, grid, negSquare, warp]],
];
