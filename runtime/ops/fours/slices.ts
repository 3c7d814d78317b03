/**
 * Split-K over workgroups: each computes a slice of the sum over taps and channels, and a second
 * dispatch adds up the partial sums, always in the same order.
 *
 * A product of few pixels but many channels (7 × 7 images, fully connected layers) has few large
 * tiles, each a long sum. Small tiles make more workgroups, but read workgroup memory up to three
 * times as often for a multiply-add, and a small tile's sum is as long as a large one's. Slices fill
 * the GPU with large tiles, each a short sum.
 *
 * @module
 */
import { invocations, type Shader } from "../op.ts";
import { type Convolution, emitOf, placesOf } from "./convolution.ts";
import { biasPacked } from "./finish.ts";
import { quadsOf } from "./layout.ts";

/** WGSL: `fn emit(pixel: i32, quad: i32, sum: vec4f)`, which writes a partial sum. */
export const emitSlice = /* wgsl */ `
fn emit(pixel: i32, quad: i32, sum: vec4f) {
  put(pixel, quad, sum * scale(quad % (g.group * g.out_quads)));
}
`;

/** The shader that adds up the slices that a product writes, if it writes slices. */
export function sumOfSlices(convolution: Convolution, { between }: Shader): Shader | undefined {
  if (!between) return undefined;
  const { bias, residual, output, group, phases } = convolution;
  const quads = quadsOf(output / group) * group;
  // Of the node's inputs, those after the weights: biases and a residual, if there are any.
  const others = [2, 3].slice(0, Number(bias) + Number(residual));
  return invocations(between[0]! * quads, {
    code: code + emitOf(convolution, 2),
    sizes: {
      quads,
      slices: between[1]! / 4 / quads,
      ...placesOf(convolution),
    },
    reads: [0, ...others],
    packed: biasPacked(bias, phases?.output ?? output),
  });
}

const code = /* wgsl */ `
// put: [N, rows, columns, quads]
// at1: [N, rows, columns, slices, quads]

// The partial sums are scaled already.
fn scale(quad: i32) -> vec4f { return vec4f(1.0); }
// One invocation adds up a quad.
fn invocation(i: i32) {
  let pixel = i / g.quads;
  let quad = i % g.quads;
  let first = pixel * g.stride1 + g.start1 + quad;
  var sum = vec4f();
  for (var slice = 0; slice < g.slices; slice++) { sum += at1(first + slice * g.quads); }
  emit(pixel, quad, sum);
}
`;
