/**
 * Convolution with a tile of the output in registers: sixteen channels of four neighbouring pixels.
 *
 * Each weight read serves four pixels and each pixel read serves sixteen channels, so that one load
 * feeds several multiply-adds. Chosen whenever a group has at least eight output channels. On
 * Mesa's lavapipe it takes 0.8 of the time of a tile of eight channels, and as long as one of eight
 * pixels.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import { biasCode, finishCode } from "../epilogue.ts";
import { type Packing, type Shader, spread } from "../op.ts";
import type { Conv2dAttributes } from "./attributes.ts";
import { geometry } from "./geometry.ts";

const tileChannels = 16;
const tilePixels = 4;

/** Whether the tile would mostly be filled. */
export function tiledSuits(
  { group }: Conv2dAttributes,
  _inputs: readonly Shape[],
  output: Shape,
): boolean {
  return output[1]! / group >= tileChannels / 2;
}

/** A convolution whose groups have several output channels. */
export function tiled(
  attributes: Conv2dAttributes,
  [input, weights]: readonly Shape[],
  output: Shape,
): Shader {
  const { bias, group } = attributes;
  const channelTiles = Math.ceil(output[1]! / group / tileChannels);
  const pixelTiles = Math.ceil(output[2]! * output[3]! / tilePixels);
  const count = output[0]! * group * channelTiles * pixelTiles;
  return {
    variant: "tiled",
    code: code + biasCode(bias, 3) + finishCode(attributes, bias ? 4 : 3),
    constants: {
      ...geometry(attributes, input!, output),
      padded: attributes.pad.some((pad) => pad > 0),
      group,
      channel_tiles: channelTiles,
      pixel_tiles: pixelTiles,
      count,
    },
    workgroups: spread(count),
    packed: { 1: packing(weights!, group) },
  };
}

/**
 * Weights `[O, I, kH, kW]` in the order `[group, O/16, I, kH, kW, 16]`, zeros where a group's
 * channels end inside a tile.
 */
function packing(weights: Shape, group: number): Packing {
  const groupOutputs = weights[0]! / group;
  const tiles = Math.ceil(groupOutputs / tileChannels);
  const taps = weights[1]! * weights[2]! * weights[3]!;
  return {
    name: `conv2d tiled ${groupOutputs} of ${group}`,
    pack(data) {
      const packed = new Float32Array(group * tiles * taps * tileChannels);
      for (let g = 0; g < group; g++) {
        for (let o = 0; o < groupOutputs; o++) {
          const tile = g * tiles + Math.floor(o / tileChannels);
          const from = (g * groupOutputs + o) * taps;
          const to = tile * taps * tileChannels + o % tileChannels;
          for (let tap = 0; tap < taps; tap++) packed[to + tap * tileChannels] = data[from + tap]!;
        }
      }
      return packed;
    },
  };
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, outputs, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N, channels, height, width]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;     // [group, channel_tiles, group_inputs, kernel_h, kernel_w, 4]

const plane = rows * columns;

// Where the window of one pixel starts.
fn corner(pixel: i32) -> vec2i {
  let p = min(pixel, plane - 1);
  return vec2i(p % columns * stride_w - pad_w, p / columns * stride_h - pad_h);
}

// Where a row of the image starts, or −1 if the row lies in the padding.
fn row_start(image: i32, y: i32) -> i32 {
  return select(-1, image + y * width, !padded || u32(y) < u32(height));
}

// One element of a row, zero in the padding.
fn load(row: i32, x: i32) -> f32 {
  if (!padded) { return input[row + x]; }
  let inside = row >= 0 && u32(x) < u32(width);
  return select(0.0, input[select(0, row + x, inside)], inside);
}

// Stores four channels of one pixel, of which the first is the channel \`o\` of group \`g\`.
fn store(n: i32, g: i32, o: i32, pixel: i32, sum: vec4f) {
  if (pixel >= plane) { return; }
  for (var k = 0; k < 4; k++) {
    if (o + k >= group_outputs) { return; }
    let channel = g * group_outputs + o + k;
    let i = (n * outputs + channel) * plane + pixel;
    output[i] = finish(sum[k] + bias(channel), i);
  }
}

// One invocation computes sixteen channels of four pixels that follow each other.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let pixel = i % pixel_tiles * 4;
  let tile = i / pixel_tiles % channel_tiles;
  let g = i / (pixel_tiles * channel_tiles) % group;
  let n = i / (pixel_tiles * channel_tiles * group);

  let corner0 = corner(pixel);
  let corner1 = corner(pixel + 1);
  let corner2 = corner(pixel + 2);
  let corner3 = corner(pixel + 3);

  var a0 = vec4f(); var a1 = vec4f(); var a2 = vec4f(); var a3 = vec4f();
  var b0 = vec4f(); var b1 = vec4f(); var b2 = vec4f(); var b3 = vec4f();
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  var d0 = vec4f(); var d1 = vec4f(); var d2 = vec4f(); var d3 = vec4f();
  var weight = (g * channel_tiles + tile) * group_inputs * kernel_h * kernel_w * 4;
  for (var c = 0; c < group_inputs; c++) {
    let image = (n * channels + g * group_inputs + c) * height * width;
    for (var h = 0; h < kernel_h; h++) {
      let y = h * dilation_h;
      let row0 = row_start(image, corner0.y + y);
      let row1 = row_start(image, corner1.y + y);
      let row2 = row_start(image, corner2.y + y);
      let row3 = row_start(image, corner3.y + y);
      for (var w = 0; w < kernel_w; w++) {
        let x = w * dilation_w;
        let x0 = load(row0, corner0.x + x);
        let x1 = load(row1, corner1.x + x);
        let x2 = load(row2, corner2.x + x);
        let x3 = load(row3, corner3.x + x);
        let wa = weights[weight];
        let wb = weights[weight + 1];
        let wc = weights[weight + 2];
        let wd = weights[weight + 3];
        weight += 4;
        a0 = fma(wa, vec4f(x0), a0); a1 = fma(wa, vec4f(x1), a1);
        a2 = fma(wa, vec4f(x2), a2); a3 = fma(wa, vec4f(x3), a3);
        b0 = fma(wb, vec4f(x0), b0); b1 = fma(wb, vec4f(x1), b1);
        b2 = fma(wb, vec4f(x2), b2); b3 = fma(wb, vec4f(x3), b3);
        c0 = fma(wc, vec4f(x0), c0); c1 = fma(wc, vec4f(x1), c1);
        c2 = fma(wc, vec4f(x2), c2); c3 = fma(wc, vec4f(x3), c3);
        d0 = fma(wd, vec4f(x0), d0); d1 = fma(wd, vec4f(x1), d1);
        d2 = fma(wd, vec4f(x2), d2); d3 = fma(wd, vec4f(x3), d3);
      }
    }
  }
  let o = tile * 16;
  store(n, g, o, pixel, a0); store(n, g, o + 4, pixel, b0);
  store(n, g, o + 8, pixel, c0); store(n, g, o + 12, pixel, d0);
  store(n, g, o, pixel + 1, a1); store(n, g, o + 4, pixel + 1, b1);
  store(n, g, o + 8, pixel + 1, c1); store(n, g, o + 12, pixel + 1, d1);
  store(n, g, o, pixel + 2, a2); store(n, g, o + 4, pixel + 2, b2);
  store(n, g, o + 8, pixel + 2, c2); store(n, g, o + 12, pixel + 2, d2);
  store(n, g, o, pixel + 3, a3); store(n, g, o + 4, pixel + 3, b3);
  store(n, g, o + 8, pixel + 3, c3); store(n, g, o + 12, pixel + 3, d3);
}
`;
