/**
 * The table of ops: the instruction set in which every network is expressed.
 *
 * @module
 */
import type { AttributesOf, OptionsOf } from "./attribute.ts";
import type { CustomOp, Op } from "./op.ts";
import { affine } from "./affine.ts";
import { argMax } from "./arg_max.ts";
import { batchNorm } from "./batch_norm.ts";
import { concat } from "./concat.ts";
import { conv2d } from "./conv2d/conv2d.ts";
import { conv3d } from "./conv3d.ts";
import { correlation } from "./correlation.ts";
import { crop } from "./crop.ts";
import { ctcGreedy } from "./ctc_greedy.ts";
import { deconv2d } from "./deconv2d.ts";
import { dense } from "./dense.ts";
import { detectionOutput } from "./detection_output.ts";
import { downsample } from "./downsample.ts";
import { eltwise } from "./eltwise.ts";
import { gather } from "./gather.ts";
import { im2col } from "./im2col.ts";
import { flowWarp } from "./flow_warp.ts";
import { interp } from "./interp.ts";
import { lrn } from "./lrn.ts";
import { meanField } from "./mean_field.ts";
import { norm } from "./norm.ts";
import { normalize } from "./normalize.ts";
import { permute } from "./permute.ts";
import { pool2d } from "./pool2d.ts";
import { prelu } from "./prelu.ts";
import { recurrent } from "./recurrent.ts";
import { reduce } from "./reduce.ts";
import { priorBox } from "./prior_box.ts";
import { proposal } from "./proposal.ts";
import { psroiPool } from "./psroi_pool.ts";
import { reorg } from "./reorg.ts";
import { resample } from "./resample.ts";
import { reshape } from "./reshape.ts";
import { reverse } from "./reverse.ts";
import { reverseTime } from "./reverse_time.ts";
import { roiAlign } from "./roi_align.ts";
import { roiAverage } from "./roi_average.ts";
import { roiPool } from "./roi_pool.ts";
import { selectRows } from "./select_rows.ts";
import { slice } from "./slice.ts";
import { softmax } from "./softmax.ts";
import { standardize } from "./standardize.ts";
import { tile } from "./tile.ts";
import { unpool } from "./unpool.ts";
import { upsample } from "./upsample.ts";
import { yoloOutput } from "./yolo_output.ts";
import { functions } from "./unary.ts";

const table = {
  affine,
  argMax,
  batchNorm,
  concat,
  conv2d,
  conv3d,
  correlation,
  crop,
  ctcGreedy,
  deconv2d,
  dense,
  detectionOutput,
  downsample,
  eltwise,
  gather,
  im2col,
  flowWarp,
  interp,
  lrn,
  meanField,
  norm,
  normalize,
  permute,
  pool2d,
  prelu,
  recurrent,
  reduce,
  priorBox,
  proposal,
  psroiPool,
  reorg,
  resample,
  reshape,
  reverse,
  reverseTime,
  roiAlign,
  roiAverage,
  roiPool,
  selectRows,
  slice,
  softmax,
  standardize,
  tile,
  unpool,
  upsample,
  yoloOutput,
  ...functions,
};

/** @internal */
type Table = typeof table;

/** The name of an op. */
export type OpName = keyof Table;

/** @internal */
type SchemaOf<Name extends OpName> = Table[Name] extends Op<infer S> ? S : never;

/** The settings of each op, with defaults filled in, by its name. */
export type Attributes = { [Name in OpName]: AttributesOf<SchemaOf<Name>> };

/** The settings of each op, where those with a default may be left out, by its name. */
export type Options = { [Name in OpName]: OptionsOf<SchemaOf<Name>> };

/** An op whose settings are not known at compile time. */
// deno-lint-ignore no-explicit-any
export type AnyOp = Op<any>;

/** The ops by name. */
export const ops: { readonly [Name in OpName]: Op<SchemaOf<Name>> } = table;

/** The definition of an op. */
export function definitionOf(op: OpName | CustomOp): AnyOp {
  return typeof op === "string" ? ops[op] as AnyOp : op;
}

/** Whether the runtime has an op of this name. */
export function isOpName(name: string): name is OpName {
  return Object.hasOwn(ops, name);
}

/**
 * The op of an untrusted name: one of the runtime's, by name, or one of `others`.
 *
 * @throws {TypeError} that says how to provide it, if there is none.
 */
export function opNamed(name: string, others: readonly CustomOp[]): OpName | CustomOp {
  const op = isOpName(name) ? name : others.find((op) => op.name === name);
  if (op !== undefined) return op;
  throw new TypeError(
    "this runtime has no such op. If it is your own, give it: Network.load(bundle, " +
      `{ ops: [${name}] }), or --layers; if not, make a runtime for this bundle with kaffe runtime`,
  );
}
