/**
 * Brings tensors from one layout into the other.
 *
 * @module
 */
import { count, type Shape } from "../../tensor.ts";
import { type Shader, spread } from "../op.ts";
import { type Layout, pixelsOf, quadsOf } from "./layout.ts";

/** Copies a tensor into another layout, or quads into some quads of each pixel of another tensor. */
export function convert(shape: Shape, from: Layout, to: Layout): Shader {
  const plane = count(shape.slice(2)), quads = quadsOf(shape[1]!);
  const total = pixelsOf(shape) * quads;
  return {
    variant: from === to ? "copy" : to === "fours" ? "pack" : "unpack",
    code: from === to ? copy : to === "fours" ? pack : unpack,
    constants: {},
    sizes: { count: total, quads, plane, channels: shape[1]! },
    workgroups: spread(total),
  };
}

const pack = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<vec4f>;  // [N, plane, quads]
@group(0) @binding(1) var<storage, read> input: array<f32>;           // [N, channels, plane]

fn load(n: i32, c: i32, pixel: i32) -> f32 {
  if (c >= g.channels) { return 0.0; }
  return input[(n * g.channels + c) * g.plane + pixel];
}

// One invocation gathers a quad.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= g.count) { return; }
  let quad = i % g.quads;
  let pixel = i / g.quads % g.plane;
  let n = i / (g.plane * g.quads);
  let c = quad * 4;
  output[(n * g.plane + pixel) * g.stride0 + g.start0 + quad] = vec4f(
    load(n, c, pixel), load(n, c + 1, pixel), load(n, c + 2, pixel), load(n, c + 3, pixel));
}
`;

const unpack = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, channels, plane]
@group(0) @binding(1) var<storage, read> input: array<vec4f>;       // [N, plane, quads]

// One invocation spreads a quad.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= g.count) { return; }
  let quad = i % g.quads;
  let pixel = i / g.quads % g.plane;
  let n = i / (g.plane * g.quads);
  let value = input[(n * g.plane + pixel) * g.stride1 + g.start1 + quad];
  for (var k = 0; k < min(4, g.channels - quad * 4); k++) {
    output[(n * g.channels + quad * 4 + k) * g.plane + pixel] = value[k];
  }
}
`;

const copy = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<vec4f>;  // [pixels, quads]
@group(0) @binding(1) var<storage, read> input: array<vec4f>;         // [pixels, quads]

// One invocation copies a quad.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= g.count) { return; }
  let pixel = i / g.quads;
  let quad = i % g.quads;
  output[pixel * g.stride0 + g.start0 + quad] = input[pixel * g.stride1 + g.start1 + quad];
}
`;
