/**
 * Softmax along an axis.
 *
 * @module
 */
import { axisOf, count, type Shape } from "../tensor.ts";
import { integer } from "./attribute.ts";
import { defineOp, invocations, spread } from "./op.ts";

/** Input: a tensor of any shape. */
export const softmax = defineOp({
  schema: { axis: integer(1) },

  shape({ axis }, [input]) {
    axisOf(axis, input!.length);
    return input!;
  },

  rounds: ({ axis }, _, output) => 3 * lineOf(axis, output)[0],

  reference({ axis }, [input], output) {
    const [length, inner] = lineOf(axis, output.shape);
    for (let line = 0; line < output.data.length / length; line++) {
      const start = Math.floor(line / inner) * inner * length + line % inner;
      let largest = -Infinity, sum = 0;
      for (let k = 0; k < length; k++) largest = Math.max(largest, input!.data[start + k * inner]!);
      for (let k = 0; k < length; k++) sum += Math.exp(input!.data[start + k * inner]! - largest);
      for (let k = 0; k < length; k++) {
        const i = start + k * inner;
        output.data[i] = Math.exp(input!.data[i]! - largest) / sum;
      }
    }
  },

  shaders({ axis }, _, output) {
    const [length, inner] = lineOf(axis, output);
    const lines = count(output) / length;
    const shared = length >= 128 && lines <= fewLines;
    const constants = { length, inner, lines };
    return [
      shared
        ? { code: together, constants, workgroups: spread(lines, 1) }
        : invocations(lines, { code, constants }),
    ];
  },
});

/** The number of values along the axis, and their stride. */
export function lineOf(axis: number, shape: Shape): readonly [length: number, inner: number] {
  const position = axisOf(axis, shape.length);
  return [shape[position]!, count(shape.slice(position + 1))];
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, length, inner]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, length, inner]

// One invocation computes one softmax: all values along the axis at one position of the others.
fn invocation(line: i32) {
  let start = line / inner * inner * length + line % inner;
  var largest = input[start];
  for (var k = 1; k < length; k++) { largest = max(largest, input[start + k * inner]); }
  var sum = 0.0;
  for (var k = 0; k < length; k++) { sum += exp(input[start + k * inner] - largest); }
  for (var k = 0; k < length; k++) {
    let i = start + k * inner;
    output[i] = exp(input[i] - largest) / sum;
  }
}
`;

/** Up to so many softmaxes get a workgroup each: single invocations would leave the GPU idle. */
const fewLines = 1024;

const together = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, length, inner]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, length, inner]

var<workgroup> parts: array<f32, 64>;

// One workgroup computes one softmax.
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let line = i32(id.y * groups.x + id.x);
  if (line >= lines) { return; }
  let start = line / inner * inner * length + line % inner;
  let lane = i32(index);
  var largest = input[start + lane * inner];
  for (var k = lane; k < length; k += 64) {
    largest = max(largest, input[start + k * inner]);
  }
  parts[lane] = largest;
  workgroupBarrier();
  for (var k = 0; k < 64; k++) { largest = max(largest, parts[k]); }
  workgroupBarrier();
  var sum = 0.0;
  for (var k = lane; k < length; k += 64) { sum += exp(input[start + k * inner] - largest); }
  parts[lane] = sum;
  workgroupBarrier();
  sum = 0.0;
  for (var k = 0; k < 64; k++) { sum += parts[k]; }
  for (var k = lane; k < length; k += 64) {
    let i = start + k * inner;
    output[i] = exp(input[i] - largest) / sum;
  }
}
`;
