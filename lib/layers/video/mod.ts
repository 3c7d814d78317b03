/**
 * The layers of networks for videos.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { batchReduction } from "./batch_reduction.ts";
import { convLstm } from "./conv_lstm.ts";
import { convolution3D, ndConvolution } from "./convolution_3d.ts";
import { ndPooling, pooling3D } from "./pooling_3d.ts";
import { poolingND } from "./pooling_nd.ts";
import { videoData } from "./video_data.ts";

export const video: readonly Family[] = [
  ["videos", [
    batchReduction,
    convLstm,
    convolution3D,
    ndConvolution,
    ndPooling,
    pooling3D,
    poolingND,
    videoData,
  ]],
];
