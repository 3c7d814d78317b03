/**
 * Standardises groups of elements: subtracts the mean, divides by the standard deviation.
 *
 * @module
 */
import { count, type Shape } from "../tensor.ts";
import { boolean, number, oneOf } from "./attribute.ts";
import { defineOp, f32, spread } from "./op.ts";

/** Input: `[N, C, …]`. */
export const standardize = defineOp({
  schema: {
    /** The group that shares a mean: a plane, a whole sample, or a channel across samples. */
    over: oneOf(["plane", "sample", "channel"], "plane"),
    /** Whether to divide; if not, only the mean is subtracted. */
    divide: boolean(true),
    /** Keeps the divisor from being zero. */
    eps: number(1e-9),
    /** Whether `eps` is added to the variance, or to its square root. */
    epsUnderRoot: boolean(false),
  },

  shape: (_, [input]) => input!,

  rounds({ over }, _, output) {
    const { runs, run } = groupsOf[over](output);
    return 3 * runs * run / lanes;
  },

  reference({ over, divide, eps, epsUnderRoot }, [input], output) {
    const { groups, runs, run, step, stride } = groupsOf[over](output.shape);
    const length = runs * run;
    for (let group = 0; group < groups; group++) {
      const at = (k: number) => group * step + Math.floor(k / run) * stride + k % run;
      let sum = 0, squares = 0;
      for (let k = 0; k < length; k++) sum += input!.data[at(k)]!;
      const mean = sum / length;
      for (let k = 0; k < length; k++) squares += (input!.data[at(k)]! - mean) ** 2;
      const variance = squares / length;
      const deviation = epsUnderRoot ? Math.sqrt(variance + eps) : Math.sqrt(variance) + eps;
      for (let k = 0; k < length; k++) {
        const centred = input!.data[at(k)]! - mean;
        output.data[at(k)] = divide ? centred / deviation : centred;
      }
    }
  },

  shaders({ over, divide, eps, epsUnderRoot }, _, output) {
    const { groups, runs, run, step, stride } = groupsOf[over](output);
    return [{
      code,
      constants: {
        groups,
        length: runs * run,
        run,
        step,
        stride,
        divides: divide,
        eps: f32(eps),
        eps_under_root: epsUnderRoot,
      },
      workgroups: spread(groups * lanes),
    }];
  },
});

/** The layout of the groups' elements. */
interface Groups {
  readonly groups: number;
  /** The contiguous runs of a group, and their length. */
  readonly runs: number;
  readonly run: number;
  /** The distance between groups, and between the runs of one. */
  readonly step: number;
  readonly stride: number;
}

const groupsOf = {
  plane: (shape: Shape) => inOneRun(count(shape.slice(0, 2)), count(shape.slice(2))),
  sample: (shape: Shape) => inOneRun(shape[0] ?? 1, count(shape.slice(1))),
  channel([batch = 1, channels = 1, ...rest]: Shape): Groups {
    const run = count(rest);
    return { groups: channels, runs: batch, run, step: run, stride: channels * run };
  },
};

function inOneRun(groups: number, run: number): Groups {
  return { groups, runs: 1, run, step: run, stride: run };
}

/** The invocations that share a group: a workgroup of {@linkcode spread}. */
const lanes = 64;

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

var<workgroup> sums: array<f32, ${lanes}>;

// Sums a value over the invocations of a workgroup; each of them gets the sum.
fn add_up(value: f32, lane: i32) -> f32 {
  workgroupBarrier();
  sums[lane] = value;
  workgroupBarrier();
  var sum = 0.0;
  for (var k = 0; k < ${lanes}; k++) { sum += sums[k]; }
  return sum;
}

fn at(group: i32, k: i32) -> i32 {
  return group * step + k / run * stride + k % run;
}

// One workgroup computes one group; each invocation takes every 64th element.
@compute @workgroup_size(${lanes})
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let group = i32(id.y * workgroups.x + id.x);
  if (group >= groups) { return; }
  let lane = i32(index);
  var sum = 0.0;
  for (var k = lane; k < length; k += ${lanes}) { sum += input[at(group, k)]; }
  let mean = add_up(sum, lane) / f32(length);
  var squares = 0.0;
  for (var k = lane; k < length; k += ${lanes}) {
    let centred = input[at(group, k)] - mean;
    squares += centred * centred;
  }
  let variance = add_up(squares, lane) / f32(length);
  let deviation = select(sqrt(variance) + eps, sqrt(variance + eps), eps_under_root);
  for (var k = lane; k < length; k += ${lanes}) {
    let centred = input[at(group, k)] - mean;
    output[at(group, k)] = select(centred, centred / deviation, divides);
  }
}
`;
