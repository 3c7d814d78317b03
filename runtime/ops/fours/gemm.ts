/**
 * Convolution in fours as a matrix product, for GPUs of silicon: pixels by taps times taps by output
 * channels.
 *
 * A workgroup stages what 64 pixels and 64 channels need in its memory, four quads at a time, and each
 * of its 64 threads keeps 8 pixels by 8 channels in registers, so that memory is read once where the
 * plain shader reads it 64 times. What the next step needs comes while this one computes, all of it at
 * once and without a branch that would have to wait for it. Smaller outputs get smaller tiles, so that
 * there are workgroups for all of the GPU, and the smallest, where many channels are summed, four
 * times as many threads, which share the channels and then add up their sums, in the same order each
 * time. Chosen wherever the adapter is not a software one.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import { type Packing, type Shader, spread } from "../op.ts";
import { each, quadsOf } from "./layout.ts";
import {
  addProducts,
  emitOf,
  type Kernel,
  packedOf,
  packQuad,
  placesOf,
  readerOf,
  readingOf,
  type Tiled,
} from "./tiled.ts";

/** What one of 8 × 8 threads computes. */
interface Share {
  readonly pixels: number;
  readonly quads: number;
  /** How many times 8 × 8 threads a workgroup has, each for other input channels. */
  readonly parts: number;
}

const shares: readonly Share[] = [
  { pixels: 8, quads: 2, parts: 1 },
  { pixels: 4, quads: 2, parts: 1 },
  { pixels: 4, quads: 1, parts: 1 },
  { pixels: 2, quads: 1, parts: 1 },
];

/** For outputs too small to keep the GPU busy; there must be channels for all parts. */
const parted: Share = { pixels: 2, quads: 1, parts: 4 };

/** How many workgroups keep a large GPU busy. */
export const enoughWorkgroups = 256;

/** The kernels of a convolution as a matrix product; the first is that for its size. */
export function gemm(tiled: Tiled): Kernel[] {
  const { samples, rows, columns, output, group, inputs } = tiled;
  const groupsOf = ({ pixels, quads }: Share) =>
    Math.ceil(samples * rows * columns / pixels / 8) *
    Math.ceil(quadsOf(output / group) / quads / 8) * group;
  const all = quadsOf(inputs) >= 4 * parted.parts ? [...shares, parted] : shares;
  const best = all.find((share) => groupsOf(share) >= enoughWorkgroups) ?? all.at(-1)!;
  return [...new Set([best, ...all])].map((share) => ({
    name: `product ${share.pixels * 8} × ${share.quads * 32}` +
      (share.parts > 1 ? `, ${share.parts} parts` : ""),
    shader: () => shader(tiled, share),
  }));
}

function shader(tiled: Tiled, share: Share): Shader {
  const { samples, height, width, rows, columns, kernel, stride, pad, dilation, group } = tiled;
  const { output, inputs, weights } = tiled;
  const pixels = samples * rows * columns, outQuads = quadsOf(output / group);
  const pixelTiles = Math.ceil(pixels / share.pixels / 8);
  const quadTiles = Math.ceil(outQuads / share.quads / 8);
  return {
    code: code(share, quadsOf(inputs) % 4 !== 0) + readerOf(tiled) + emitOf(tiled),
    constants: {},
    sizes: {
      workgroups: pixelTiles * quadTiles * group,
      pixels,
      pixel_tiles: pixelTiles,
      quad_tiles: quadTiles,
      rows,
      columns,
      height,
      width,
      kernel_h: kernel[0],
      kernel_w: kernel[1],
      stride_h: stride[0],
      stride_w: stride[1],
      pad_h: pad[0],
      pad_w: pad[1],
      dilation_h: dilation[0],
      dilation_w: dilation[1],
      in_quads: quadsOf(inputs),
      out_quads: outQuads,
      ...placesOf(tiled),
    },
    ...readingOf(tiled),
    packed: packedOf(tiled, packing(weights, group)),
    workgroups: spread(pixelTiles * quadTiles * group, 1),
  };
}

/** Weights `[O, I, kH, kW]` in the order `[group, kH, kW, I/4, 4 inputs, O/4, 4 outputs]`. */
function packing([outputs, inputs, kernelH, kernelW]: Shape, group: number): Packing {
  const groupOutputs = outputs! / group, taps = kernelH! * kernelW!;
  const inRows = quadsOf(inputs!) * 4, outRow = quadsOf(groupOutputs) * 4;
  return {
    name: `product ${outputs} ${inputs} ${taps} ${group}`,
    pack(data) {
      const packed = new Float32Array(group * taps * inRows * outRow);
      const row = inputs! * taps;
      for (let o = 0, rows; o < outputs!; o += rows) {
        const g = Math.floor(o / groupOutputs), own = o % groupOutputs;
        rows = Math.min(4, groupOutputs - own);
        for (let k = 0; k < row; k++) {
          const to = ((g * taps + k % taps) * inRows + Math.floor(k / taps)) * outRow + own;
          packQuad(data, o * row + k, row, rows, packed, to);
        }
      }
      return packed;
    },
  };
}

/** How a thread loads its part of the next step, and where that leaves the counters. */
function nextOf({ pixels, quads, parts }: Share, flat: boolean): string {
  const own = "c + part * 4 + t % 4";
  // Fewer quads than a step has are filled up with those of other taps.
  const place = flat
    ? /* wgsl */ `let k = ${own};
    let tap = k / g.in_quads;
    let down = tap / g.kernel_w * g.dilation_h;
    let right = tap % g.kernel_w * g.dilation_w;
    let shift = (down * g.width + right) * g.stride1 + k % g.in_quads;
    let is_there = k < all_quads;
    let row = own * all_quads + c;
    let end = own * all_quads + all_quads;`
    : /* wgsl */ `let down = h * g.dilation_h;
    let right = w * g.dilation_w;
    let shift = (down * g.width + right) * g.stride1 + ${own};
    let is_there = ${own} < g.in_quads;
    let row = own * all_quads + (h * g.kernel_w + w) * g.in_quads + c;
    let end = row - c + g.in_quads;`;
  const loads = each(
    pixels / 2,
    (i) =>
      `is${i} = is_there && meets(corner${i}, down, right); p${i} = at1(corner${i}.x + shift);`,
  ) + each(quads * 2, (i) => `w${i} = weight(min(at + row${i}, last) + quad${i});`);
  const advance = flat
    ? ""
    : "if (c >= g.in_quads) { c = 0; w += 1; } if (w == g.kernel_w) { w = 0; h += 1; }";
  return /* wgsl */ `{
    ${place}
    let at = (row + part * 4) * 4 * g.out_quads;
    let last = (end * 4 - 1) * g.out_quads;
    ${loads}
    c += ${parts * 4};
    ${advance}
  }`;
}

/** The code for a share: what is repeated for its pixels and quads is written out. */
function code(share: Share, flat: boolean): string {
  const { pixels, quads, parts } = share, next = nextOf(share, flat);
  const [pictures, factors] = [pixels / 2, quads * 2];
  const sums = each(pixels * quads, (i) => `var s${i} = vec4f();`);
  const places = each(
    pictures,
    (i) => `let corner${i} = corner(first + t / 4 + ${i * 16}, own);`,
  ) +
    each(factors, (i) => {
      const all = `(t + ${i * 64})`;
      return `let row${i} = ${all} / ${quads * 8} * g.out_quads;` +
        `let quad${i} = min(quad + ${all} % ${quads * 8}, g.out_quads - 1);`;
    });
  const coming = each(pictures, (i) => `var p${i}: vec4f; var is${i}: bool;`) +
    each(factors, (i) => `var w${i}: vec4f;`);
  const stages =
    each(pictures, (i) => `a[own_a + t + ${i * 64}] = select(vec4f(), p${i}, is${i});`) +
    each(factors, (i) => `b[own_b + t + ${i * 64}] = w${i};`);
  const adds = each(4, (k) =>
    "{" +
    each(
      4,
      (j) => each(quads, (q) => `let b${j}${q} = b[from_b + ${((k * 4 + j) * quads + q) * 8}];`),
    ) +
    each(pixels, (p) =>
      `{ let v = a[from_a + ${p * 32 + k}];` +
      each(quads, (q) => addProducts(`s${p * quads + q}`, q)) + "}") +
    "}");
  // The sums of a part take the place of its factors.
  const sum = (of: string, i: number) => `b[(${of} * 64 + t) * ${pixels * quads} + ${i}]`;
  const joins = parts === 1 ? "" : each(pixels * quads, (i) => `${sum("part", i)} = s${i};`) +
    "workgroupBarrier();" +
    each(
      parts - 1,
      (part) => each(pixels * quads, (i) => `s${i} += ${sum(`${part + 1}`, i)};`),
    );
  const stores = each(
    pixels,
    (p) =>
      each(
        quads,
        (q) => `store(first + y + ${p * 8}, own, quad + x + ${q * 8}, s${p * quads + q});`,
      ),
  );
  return /* wgsl */ `
// put: [N, rows, columns, group, out_quads]
// at1: [N, height, width, group, in_quads]
// weight: [group, kernel_h, kernel_w, in_quads, 4 inputs, out_quads]

var<workgroup> a: array<vec4f, ${parts * pixels * 32}>;  // [parts, pixels, 4 quads of inputs]
var<workgroup> b: array<vec4f, ${
    parts * quads * 128
  }>;  // [parts, 4 quads of inputs, 4 inputs, quads of outputs]

// Where the window of a pixel starts: its place in the input, row and column. A pixel too many has
// none.
fn corner(pixel: i32, own: i32) -> vec3i {
  let row = pixel / g.columns;
  let y = row % g.rows * g.stride_h - g.pad_h;
  let x = pixel % g.columns * g.stride_w - g.pad_w;
  let at = ((row / g.rows * g.lines + y) * g.width + x) * g.stride1 + g.start1 + own * g.in_quads;
  return vec3i(at, select(y, -0x40000000, pixel >= g.pixels), x);
}

// Whether a window meets the image at a tap.
fn meets(corner: vec3i, down: i32, right: i32) -> bool {
  return u32(corner.y + down) < u32(g.height) && u32(corner.z + right) < u32(g.width);
}

fn store(pixel: i32, own: i32, quad: i32, sum: vec4f) {
  if (pixel >= g.pixels || quad >= g.out_quads) { return; }
  let q = own * g.out_quads + quad;
  emit(pixel, q, sum);
}

// One workgroup computes a tile of the product, each of its threads some pixels and quads of it.
@compute @workgroup_size(${parts * 64})
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = i32(id.y * groups.x + id.x);
  let t = i32(local) % 64;
  let part = i32(local) / 64;
  let own_a = part * ${pixels * 32};
  let own_b = part * ${quads * 128};
  let first = i % g.pixel_tiles * ${pixels * 8};
  let quad = i / g.pixel_tiles % g.quad_tiles * ${quads * 8};
  let own = i / (g.pixel_tiles * g.quad_tiles);
  let x = t % 8;
  let y = t / 8;
  let from_a = own_a + y * 4;
  let from_b = own_b + x;
  ${places}
  ${sums}

  // How far the sum is: a tap, and channels of it${flat ? " and of those that follow" : ""}.
  var c = 0;
  ${flat ? "" : "var h = 0; var w = 0;"}
  let taps = g.kernel_h * g.kernel_w;
  let all_quads = taps * g.in_quads;
  let steps = ${flat ? "" : "taps * "}((${flat ? "all_quads" : "g.in_quads"} + ${
    parts * 4 - 1
  }) / ${parts * 4});
  ${coming}
  ${next}
  for (var step = 0; step < steps; step++) {
    ${stages}
    workgroupBarrier();
    // What the next step needs comes while this one computes.
    ${next}
    ${adds}
    workgroupBarrier();
  }
  ${joins}
  if (i >= g.workgroups || part > 0) { return; }
  ${stores}
}
`;
}
