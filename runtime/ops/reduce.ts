/**
 * Sums all elements from an axis on.
 *
 * @module
 */
import { axisOf, count, type Shape } from "../tensor.ts";
import { integer, number, oneOf } from "./attribute.ts";
import { defineOp, f32, spread } from "./op.ts";

/** Input: a tensor of any shape. The output keeps the axes before `axis`. */
export const reduce = defineOp({
  schema: {
    /** The summands: elements, absolute values or squares; `"mean"` divides by their number. */
    operation: oneOf(["sum", "magnitudes", "squares", "mean"], "sum"),
    axis: integer(0),
    /** The factor of the result. */
    coefficient: number(1),
  },

  shape: ({ axis }, [input]) => input!.slice(0, axisOf(axis, input!.length)),

  rounds: ({ axis }, [input]) => lengthOf(axis, input!) / lanes,

  reference({ operation, axis, coefficient }, [input], output) {
    const { reference: term } = terms[operation];
    const length = lengthOf(axis, input!.shape);
    const factor = operation === "mean" ? coefficient / length : coefficient;
    for (let i = 0; i < output.data.length; i++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += term(input!.data[i * length + k]!);
      output.data[i] = sum * factor;
    }
  },

  shaders({ operation, axis, coefficient }, [input], output) {
    const length = lengthOf(axis, input!);
    return [{
      code: code + terms[operation].code,
      constants: {
        length,
        factor: f32(operation === "mean" ? coefficient / length : coefficient),
        count: count(output),
      },
      workgroups: spread(count(output) * lanes),
    }];
  },
});

/** The number of elements per sum. */
function lengthOf(axis: number, input: Shape): number {
  return count(input.slice(axisOf(axis, input.length)));
}

const itself = {
  reference: (x: number) => x,
  code: "fn term(x: f32) -> f32 { return x; }\n",
};

const terms = {
  sum: itself,
  mean: itself,
  magnitudes: {
    reference: (x: number) => Math.abs(x),
    code: "fn term(x: f32) -> f32 { return abs(x); }\n",
  },
  squares: {
    reference: (x: number) => x * x,
    code: "fn term(x: f32) -> f32 { return x * x; }\n",
  },
};

/** The invocations that share a sum: a workgroup of {@linkcode spread}. */
const lanes = 64;

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [count, length]

var<workgroup> sums: array<f32, ${lanes}>;

// One workgroup computes one sum; each invocation adds every 64th element.
@compute @workgroup_size(${lanes})
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let i = i32(id.y * groups.x + id.x);
  if (i >= count) { return; }
  let lane = i32(index);
  var sum = 0.0;
  for (var k = lane; k < length; k += ${lanes}) { sum += term(input[i * length + k]); }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane > 0) { return; }
  for (var k = 1; k < ${lanes}; k++) { sum += sums[k]; }
  output[i] = sum * factor;
}
`;
