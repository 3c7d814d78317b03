/**
 * Unpooling in NHWC4: each lane of a quad goes where the pooling found it.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import { invocations } from "../shader.ts";
import type { FoursKernel } from "./kernel.ts";
import { pixelsOf, quadsOf } from "./layout.ts";

/** The NHWC4 kernel of `unpool`. */
export const unpoolFours: FoursKernel<"unpool"> = {
  shaders(_, [input], output, { activations }) {
    // The output's memory holds 32-bit indices first.
    if (activations === "float16") return undefined;
    const quads = quadsOf(output[1]!), samples = output[0]!;
    const sizes = { quads, small: pixelsOf(input!) / samples, large: pixelsOf(output) / samples };
    const over = (shape: Shape, code: string, reads: number[]) =>
      invocations(pixelsOf(shape) * quads, {
        variant: "fours",
        code: main + code,
        sizes,
        reads,
        puts: false,
      });
    return [over(output, clear, []), over(input!, find, [1]), over(output, take, [0])];
  },
};

const main = /* wgsl */ `
// One invocation calls \`work\` for one quad.
fn invocation(i: i32) {
  work(i / g.quads, i % g.quads);
}

// Where the numbers of a quad of the output are.
fn place(pixel: i32, quad: i32) -> i32 { return (pixel * g.stride0 + g.start0 + quad) * 4; }
`;

const clear = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<vec4i>;

fn work(pixel: i32, quad: i32) { output[place(pixel, quad) / 4] = vec4i(-1); }
`;

const find = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<atomic<i32>>;

fn mark(position: f32, pixel: i32, quad: i32, k: i32) {
  if (position >= 0.0 && position < f32(g.large)) {
    let to = pixel / g.small * g.large + i32(position);
    atomicMax(&output[place(to, quad) + k], pixel);
  }
}

fn work(pixel: i32, quad: i32) {
  let positions = at1(pixel * g.stride1 + g.start1 + quad);
  mark(positions.x, pixel, quad, 0);
  mark(positions.y, pixel, quad, 1);
  mark(positions.z, pixel, quad, 2);
  mark(positions.w, pixel, quad, 3);
}
`;

const take = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<vec4i>;

fn taken(pixel: i32, quad: i32) -> vec4f {
  return select(vec4f(), at1(max(pixel, 0) * g.stride1 + g.start1 + quad), pixel >= 0);
}

fn work(pixel: i32, quad: i32) {
  let to = place(pixel, quad) / 4;
  let k = output[to];
  output[to] = bitcast<vec4i>(
    vec4f(taken(k.x, quad).x, taken(k.y, quad).y, taken(k.z, quad).z, taken(k.w, quad).w));
}
`;
