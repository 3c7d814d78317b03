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
import { invocations, type Shader } from "../shader.ts";
import { type Convolution, finishingOf, placesOf } from "./convolution.ts";
import { quadsOf } from "./layout.ts";

/** WGSL: `fn emit(pixel: i32, quad: i32, sum: vec4f)`, which writes a partial sum. */
export const emitSlice = /* wgsl */ `
fn emit(pixel: i32, quad: i32, sum: vec4f) {
  put(pixel, quad, sum * scale(quad % (g.group * g.out_quads)));
}
`;

/** The shader that adds up the slices that a product writes. */
export function sumOfSlices(convolution: Convolution, slices: number): Shader {
  const { samples, rows, columns, output, group } = convolution;
  const quads = quadsOf(output / group) * group;
  const { code: finish, ...bound } = finishingOf(convolution);
  return invocations(samples * rows * columns * quads, {
    variant: "sum of slices",
    code: code + finish,
    sizes: {
      quads,
      slices,
      ...placesOf(convolution),
    },
    ...bound,
  });
}

const code = /* wgsl */ `
// put: [N, rows, columns, quads]
// at1: [N, rows, columns, slices, quads]

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
