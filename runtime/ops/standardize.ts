/**
 * Standardises groups of elements: subtracts the mean, divides by the standard deviation.
 *
 * @module
 */
import { count, type Shape } from "../tensor.ts";
import { boolean, number, oneOf } from "./attribute.ts";
import { type Lines, perLine, roundsOf } from "./lines.ts";
import { defineOp } from "./op.ts";
import { f32 } from "./shader.ts";

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

  rounds: ({ over }, _, output) => 3 * roundsOf(groupsOf[over](output)),

  reference({ over, divide, eps, epsUnderRoot }, [input], output) {
    const { lines, length, run, step, stride } = groupsOf[over](output.shape);
    const { data } = input!;
    for (let line = 0; line < lines; line++) {
      const first = line * step, last = first + (length / run - 1) * stride;
      let sum = 0, squares = 0;
      for (let start = first; start <= last; start += stride) {
        for (let i = start; i < start + run; i++) sum += data[i]!;
      }
      const mean = sum / length;
      for (let start = first; start <= last; start += stride) {
        for (let i = start; i < start + run; i++) squares += (data[i]! - mean) ** 2;
      }
      const variance = squares / length;
      const deviation = epsUnderRoot ? Math.sqrt(variance + eps) : Math.sqrt(variance) + eps;
      for (let start = first; start <= last; start += stride) {
        for (let i = start; i < start + run; i++) {
          const centred = data[i]! - mean;
          output.data[i] = divide ? centred / deviation : centred;
        }
      }
    }
  },

  shaders({ over, divide, eps, epsUnderRoot }, _, output) {
    const groups = groupsOf[over](output), { run, step, stride } = groups;
    return [perLine(groups, {
      code,
      constants: {
        run,
        step,
        stride,
        divides: divide,
        eps: f32(eps),
        eps_under_root: epsUnderRoot,
      },
    })];
  },
});

/** The groups: each consists of contiguous runs. */
interface Groups extends Lines {
  /** The length of a run. */
  readonly run: number;
  /** The distance between groups. */
  readonly step: number;
  /** The distance between the runs of a group. */
  readonly stride: number;
}

const groupsOf = {
  plane: (shape: Shape): Groups => inOneRun(count(shape.slice(0, 2)), count(shape.slice(2))),
  sample: (shape: Shape): Groups => inOneRun(shape[0] ?? 1, count(shape.slice(1))),
  channel([batch = 1, channels = 1, ...rest]: Shape): Groups {
    const run = count(rest), stride = channels * run;
    return { lines: channels, length: batch * run, inner: 1, run, step: run, stride };
  },
};

function inOneRun(lines: number, run: number): Groups {
  return { lines, length: run, inner: 1, run, step: run, stride: run };
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

fn at(i: i32, k: i32) -> i32 {
  return i * step + k / run * stride + k % run;
}

fn line(i: i32, lane: i32) {
  // Relative to the first number, the mean of nearly equal ones is precise.
  let first = input[at(i, 0)];
  var sum = 0.0;
  for (var k = lane; k < length; k += lanes) { sum += input[at(i, k)] - first; }
  let mean = sum_over(sum, lane) / f32(length);
  var squares = 0.0;
  for (var k = lane; k < length; k += lanes) {
    let centred = input[at(i, k)] - first - mean;
    squares += centred * centred;
  }
  let variance = sum_over(squares, lane) / f32(length);
  let deviation = select(sqrt(variance) + eps, sqrt(variance + eps), eps_under_root);
  for (var k = lane; k < length; k += lanes) {
    let centred = input[at(i, k)] - first - mean;
    output[at(i, k)] = select(centred, centred / deviation, divides);
  }
}
`;
