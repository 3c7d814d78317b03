/**
 * Unpooling: puts each element where a pooling found it, in a larger image of zeros.
 *
 * @module
 */
import { count, misfit, sameShape, type Shape, type Shape4 } from "../tensor.ts";
import { pair, sizes } from "./attribute.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

/**
 * Inputs: the image `[N, C, H, W]`, and for each element its index in a plane of the output, which is
 * rounded down. Elements outside of the output are dropped; among several with one index, the last
 * wins.
 */
export const unpool = defineOp({
  schema: {
    /** The output's height and width; 0 means that `scale` and `less` determine them. */
    size: pair([0, 0]),
    /** The factor of height and width. */
    scale: sizes([2, 2]),
    /** The rows and columns that are subtracted from the result. */
    less: pair([0, 0]),
  },

  inputs: [2, 2],

  shape({ size, scale, less }, [input, positions]): Shape {
    if (input!.length !== 4 || !sameShape(input!, positions!)) {
      throw misfit([input!, positions!], "be two images [N, C, H, W] of one shape");
    }
    const [batch, channels, height, width] = input as Shape4;
    const rows = size[0] || height * scale[0] - less[0];
    const columns = size[1] || width * scale[1] - less[1];
    if (rows < 1 || columns < 1) throw new TypeError(`its output would be ${rows} × ${columns}`);
    return [batch, channels, rows, columns];
  },

  reference(_, [input, positions], output) {
    const small = count(input!.shape.slice(2)), large = count(output.shape.slice(2));
    for (let i = 0; i < input!.data.length; i++) {
      const position = Math.floor(positions!.data[i]!);
      if (position < 0 || position >= large) continue;
      output.data[Math.floor(i / small) * large + position] = input!.data[i]!;
    }
  },

  // First each element of the output finds the last element of the input for it, then its value.
  shaders(_, [input], output) {
    const constants = { small: count(input!.slice(2)), large: count(output.slice(2)) };
    return [
      perElement(output, { code: clear, reads: [] }),
      perElement(input!, { code: find, constants, reads: [1] }),
      perElement(output, { code: take, constants, reads: [0] }),
    ];
  },
});

const clear = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<i32>;  // [planes, large]

// One invocation marks one element of the output as empty.
fn invocation(i: i32) {
  output[i] = -1;
}
`;

const find = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<atomic<i32>>;  // [planes, large]
@group(0) @binding(1) var<storage, read> positions: array<f32>;             // [planes, small]

// One invocation writes the index of one element of the input to its destination.
fn invocation(i: i32) {
  let position = positions[i];
  if (!(position >= 0.0 && position < f32(large))) { return; }
  atomicMax(&output[i / small * large + i32(position)], i);
}
`;

const take = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<i32>;  // [planes, large]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [planes, small]

// One invocation replaces an index by the element's value, as the bits of an f32.
fn invocation(i: i32) {
  let k = output[i];
  output[i] = bitcast<i32>(select(0.0, input[max(k, 0)], k >= 0));
}
`;
