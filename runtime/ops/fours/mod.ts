/**
 * The table of ops that have NHWC4 kernels. The planner itself adds `dense`, `concat` and `slice`; all
 * others run on planes.
 *
 * @module
 */
import type { OpName } from "../mod.ts";
import { functions, type UnaryName } from "../unary.ts";
import { conv2dFours } from "./conv2d.ts";
import { correlationFours } from "./correlation.ts";
import { deconv2dFours } from "./deconv2d.ts";
import {
  affineFours,
  batchNormFours,
  eltwiseFours,
  preluFours,
  unaryFours,
} from "./elementwise.ts";
import type { FoursKernel } from "./kernel.ts";
import { lrnFours } from "./lrn.ts";
import { pool2dFours } from "./pool2d.ts";
import { unpoolFours } from "./unpool.ts";

const unaries = Object.fromEntries(
  Object.keys(functions).map((name) => [name, unaryFours(name as UnaryName)]),
) as { [Name in UnaryName]: FoursKernel<Name> };

/** The NHWC4 kernels by op. */
export const fours: { readonly [Name in OpName]?: FoursKernel<Name> } = {
  affine: affineFours,
  batchNorm: batchNormFours,
  conv2d: conv2dFours,
  correlation: correlationFours,
  deconv2d: deconv2dFours,
  eltwise: eltwiseFours,
  lrn: lrnFours,
  pool2d: pool2dFours,
  prelu: preluFours,
  unpool: unpoolFours,
  ...unaries,
};
