/**
 * Converts tensors between NCHW (planes) and NHWC4 (fours).
 *
 * @module
 */
import { count, type Shape } from "../../tensor.ts";
import { invocations, type Shader } from "../shader.ts";
import { type Layout, pixelsOf, quadsOf } from "./layout.ts";

/**
 * The shader that converts a tensor between layouts; with `from` equal to `to`, it copies quads
 * into some quads of each pixel of another tensor.
 */
export function convert(shape: Shape, from: Layout, to: Layout): Shader {
  const plane = count(shape.slice(2)), quads = quadsOf(shape[1]!);
  const variant = from === to ? "copy" : to === "fours" ? "pack" : "unpack";
  const byFourPixels = plane % 4 === 0 && from !== to;
  const [single, four] = codes[variant];
  return invocations(pixelsOf(shape) * quads / (byFourPixels ? 4 : 1), {
    variant,
    code: byFourPixels ? four : single,
    sizes: { quads, plane: byFourPixels ? plane / 4 : plane, channels: shape[1]! },
    copies: byFourPixels,
  });
}

const packFour = /* wgsl */ `
// put: [N, plane, 4 pixels, quads]
// at1: [N, channels, plane], four pixels each

fn load(n: i32, c: i32, pixel: i32) -> vec4f {
  if (c >= g.channels) { return vec4f(); }
  return at1((n * g.channels + c) * g.plane + pixel);
}

// One invocation gathers a quad for each of four pixels.
fn invocation(i: i32) {
  let pixel = i % g.plane;
  let quad = i / g.plane % g.quads;
  let n = i / (g.plane * g.quads);
  let c = quad * 4;
  let pixels = transpose(mat4x4f(
    load(n, c, pixel), load(n, c + 1, pixel), load(n, c + 2, pixel), load(n, c + 3, pixel)));
  let to = (n * g.plane + pixel) * 4;
  put(to, quad, pixels[0]);
  put(to + 1, quad, pixels[1]);
  put(to + 2, quad, pixels[2]);
  put(to + 3, quad, pixels[3]);
}
`;

const unpackFour = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<vec4f>;  // [N, channels, plane], four pixels each
// at1: [N, plane, 4 pixels, quads]

// One invocation scatters a quad of each of four pixels.
fn invocation(i: i32) {
  let pixel = i % g.plane;
  let quad = i / g.plane % g.quads;
  let n = i / (g.plane * g.quads);
  let first = (n * g.plane + pixel) * 4 * g.stride1 + g.start1 + quad;
  let planes = transpose(mat4x4f(
    at1(first), at1(first + g.stride1), at1(first + 2 * g.stride1), at1(first + 3 * g.stride1)));
  let c = quad * 4;
  let to = (n * g.channels + c) * g.plane + pixel;
  output[to] = planes[0];
  if (c + 1 < g.channels) { output[to + g.plane] = planes[1]; }
  if (c + 2 < g.channels) { output[to + 2 * g.plane] = planes[2]; }
  if (c + 3 < g.channels) { output[to + 3 * g.plane] = planes[3]; }
}
`;

const pack = /* wgsl */ `
// put: [N, plane, quads]
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [N, channels, plane]

fn load(n: i32, c: i32, pixel: i32) -> f32 {
  if (c >= g.channels) { return 0.0; }
  return input[(n * g.channels + c) * g.plane + pixel];
}

// One invocation gathers a quad.
fn invocation(i: i32) {
  let quad = i % g.quads;
  let pixel = i / g.quads % g.plane;
  let n = i / (g.plane * g.quads);
  let c = quad * 4;
  put(n * g.plane + pixel, quad, vec4f(
    load(n, c, pixel), load(n, c + 1, pixel), load(n, c + 2, pixel), load(n, c + 3, pixel)));
}
`;

const unpack = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, channels, plane]
// at1: [N, plane, quads]

// One invocation scatters a quad.
fn invocation(i: i32) {
  let quad = i % g.quads;
  let pixel = i / g.quads % g.plane;
  let n = i / (g.plane * g.quads);
  let value = at1((n * g.plane + pixel) * g.stride1 + g.start1 + quad);
  for (var k = 0; k < min(4, g.channels - quad * 4); k++) {
    output[(n * g.channels + quad * 4 + k) * g.plane + pixel] = value[k];
  }
}
`;

const copy = /* wgsl */ `
// put: [pixels, quads]
// at1: [pixels, quads]

// One invocation copies a quad.
fn invocation(i: i32) {
  let pixel = i / g.quads;
  let quad = i % g.quads;
  put(pixel, quad, at1(pixel * g.stride1 + g.start1 + quad));
}
`;

/** By what they do, the shaders for one pixel an invocation, and for four. */
const codes = {
  copy: [copy, copy],
  pack: [pack, packFour],
  unpack: [unpack, unpackFour],
} as const;
