/**
 * Layers of forks that multiply blobs.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { filterSum, linearSum, wordSum } from "./attention_sums.ts";
import { axpy, axpyFast } from "./axpy.ts";
import { bilinear } from "./bilinear.ts";
import { broadcastMul } from "./broadcast_mul.ts";
import { compactBilinear } from "./compact_bilinear.ts";
import { innerDistance } from "./inner_distance.ts";
import { margins } from "./margins.ts";
import { matMul } from "./mat_mul.ts";
import { matrices, matrixProd } from "./matrices.ts";
import { intranorm, netvlad } from "./netvlad.ts";
import { softAttention } from "./soft_attention.ts";
import { channelScale, maskPooling, spatialProduct, spfilter } from "./spatial_product.ts";

export const products: readonly Family[] = [
  ["SSTD", [maskPooling]],
  ["DeepLab", [spatialProduct]],
  ["NNIE, Sophgo", [matMul]],
  ["SENet", [axpy, broadcastMul]],
  ["faces", [channelScale, innerDistance, ...margins]],
  ["super-resolution", [axpyFast]],
  ["non-local networks", matrices],
  ["SMem-VQA", [matrixProd, wordSum]],
  ["contextual reweighting", [intranorm, netvlad, spfilter]],
  ["TransferNet", [filterSum, linearSum]],
  ["VQA-MCB", [bilinear, compactBilinear, softAttention]],
];
