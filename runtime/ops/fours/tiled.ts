/**
 * A convolution as its NHWC4 shaders see it: how they read its input, and how its weights are
 * packed.
 *
 * The input is in NHWC4 or, for a picture of up to four channels, in NCHW.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import { alongAxes } from "../conv2d/geometry.ts";
import type { Conv2dAttributes } from "../conv2d/attributes.ts";
import type { Pair } from "../attribute.ts";
import type { Packing, Shader } from "../op.ts";
import { biasAndFinishFours, biasPacked } from "./finish.ts";
import { quadsOf } from "./layout.ts";

/** A convolution whose groups are whole quads. */
export interface Tiled extends Conv2dAttributes {
  readonly samples: number;
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
  /** The input channels of a group, which start at a quad of their own. */
  readonly inputs: number;
  /** The stride between planes if the input is in NCHW; 0 if it is in NHWC4. */
  readonly planes: number;
  /** The weights `[output, inputs, kernel…]`. */
  readonly weights: Shape;
  /** How they are made from the bundle's weights, if those differ. */
  readonly turned?: Packing;
  /** How the output channels are interleaved, if it computes a transposed convolution. */
  readonly phases?: Phases;
}

/**
 * A transposed convolution as a stride-1 convolution whose output channels are phases: images of
 * every stride-th pixel, each with a group's channels padded to whole quads.
 */
interface Phases {
  /** The number of phases along each axis. */
  readonly stride: Pair;
  /** The rows and columns of the first phases that are cropped, as padding. */
  readonly cut: Pair;
  /** The extents and channels of the interleaved output. */
  readonly rows: number;
  readonly columns: number;
  readonly output: number;
}

/** One of several shaders that can compute a convolution. */
export interface Kernel {
  readonly name: string;
  shader(): Omit<Shader, "variant">;
}

/** How its shaders read their operands. */
export function readingOf(
  { planes }: Tiled,
): Pick<Shader, "copies" | "readsPlanes" | "tables"> {
  return { copies: planes === 0, readsPlanes: planes > 0, tables: { 1: "weight" } };
}

/** WGSL: for an input in NCHW, its declaration and `fn at1(i: i32) -> vec4f`. */
export function readerOf({ planes, inputs }: Tiled): string {
  if (planes === 0) return "";
  const values = [0, 1, 2, 3].map((c) => c < inputs ? `input[i + ${c} * g.plane]` : "0.0");
  return `
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [N, channels, height, width]
fn at1(i: i32) -> vec4f { return vec4f(${values.join(", ")}); }
`;
}

/** The members of `g` that locate input and output; `lines` is the rows of a sample. */
export function placesOf(tiled: Tiled): Record<string, number> {
  const { planes, inputs, output, height, width, rows, columns, group, phases } = tiled;
  const { kernel, stride, pad, dilation } = tiled;
  return {
    ...alongAxes({ kernel, stride, pad, dilation }),
    ...{ height, width, rows, columns, group },
    in_quads: quadsOf(inputs),
    out_quads: quadsOf(output / group),
    ...planes === 0
      ? { lines: height }
      : { plane: planes, stride1: 1, start1: 0, lines: height * inputs },
    ...phases && {
      phase_quads: quadsOf(phases.output / group),
      phase_rows: phases.rows,
      phase_columns: phases.columns,
      ...alongAxes({ step: phases.stride, cut: phases.cut }),
    },
  };
}

/**
 * WGSL: `fn emit(pixel: i32, quad: i32, sum: vec4f)`, which finishes and writes an accumulator.
 *
 * @param binding That of the biases, and then of the residual.
 */
export function emitOf(tiled: Tiled, binding?: number): string {
  const { output, phases } = tiled;
  return biasAndFinishFours(tiled, phases?.output ?? output, binding) +
    (phases ? between : emit);
}

const emit = /* wgsl */ `
fn emit(pixel: i32, quad: i32, sum: vec4f) {
  put(pixel, quad, finish(biased(sum, quad), pixel, quad));
}
`;

const between = /* wgsl */ `
// Interleaves: writes a phase of a pixel to its pixel of the image.
fn emit(pixel: i32, quad: i32, sum: vec4f) {
  let phases = g.step_h * g.step_w;
  let phase = quad / g.phase_quads % phases;
  let q = quad / (g.phase_quads * phases) * g.phase_quads + quad % g.phase_quads;
  let line = pixel / g.columns;
  let row = line % g.rows * g.step_h + phase / g.step_w - g.cut_h;
  let column = pixel % g.columns * g.step_w + phase % g.step_w - g.cut_w;
  if (u32(row) >= u32(g.phase_rows) || u32(column) >= u32(g.phase_columns)) { return; }
  let p = (line / g.rows * g.phase_rows + row) * g.phase_columns + column;
  put(p, q, finish(biased(sum, q), p, q));
}
`;

/** The packings of weights and biases; `packing` is that of the convolution's weights. */
export function packedOf(
  { bias, output, phases, turned }: Tiled,
  packing: Packing,
): Record<number, Packing> {
  const weights = turned
    ? {
      ...turned,
      name: `${turned.name}, ${packing.name}`,
      pack: (data: Float32Array) => packing.pack(turned.pack(data)),
    }
    : packing;
  return { 1: weights, ...biasPacked(bias, phases?.output ?? output) };
}

/**
 * Packs weights `[O, I, kH, kW]` as `[group, O/(4·quads), kH, I/4, kW, quads, 4 inputs, 4
 * outputs]`, zero-padded where channels end inside a tile.
 */
export function packTiles(
  [outputs, inputs, kernelH, kernelW]: Shape,
  group: number,
  quads: number,
): Packing {
  const groupOutputs = outputs! / group, groupTiles = Math.ceil(groupOutputs / 4 / quads);
  const inQuads = quadsOf(inputs!), step = kernelW! * quads * 16;
  const taps = kernelH! * kernelW!, row = inputs! * taps;
  return {
    name: `tiles ${outputs} ${inputs} ${kernelH} ${kernelW} ${group} ${quads}`,
    step: row * (group > 1 ? groupOutputs : quads * 4),
    pack(data, into) {
      const given = data.length / row;
      const tiles = given < groupOutputs
        ? Math.ceil(given / 4 / quads)
        : given / groupOutputs * groupTiles;
      const packed = into ?? new Float32Array(tiles * kernelH! * inQuads * step);
      for (let o = 0, rows; o < given; o += rows) {
        const g = Math.floor(o / groupOutputs), own = o % groupOutputs;
        const tile = g * groupTiles + Math.floor(own / 4 / quads), lane = (own >> 2) % quads * 16;
        rows = Math.min(4, groupOutputs - own, given - o);
        // Four outputs by four inputs at a time, which are contiguous in the packed order.
        for (let i = 0; i < inputs!; i += 4) {
          const end = Math.min(i + 4, inputs!) * taps;
          for (let tap = 0; tap < taps; tap++) {
            const h = Math.floor(tap / kernelW!), w = tap % kernelW!;
            let to = ((tile * kernelH! + h) * inQuads + (i >> 2)) * step + w * quads * 16 + lane;
            for (let k = i * taps + tap; k < end; k += taps, to += 4) {
              packQuad(data, o * row + k, row, rows, packed, to);
            }
          }
        }
      }
      return packed;
    },
  };
}

/**
 * WGSL: adds to an accumulator the products of the four numbers of `v` with the weights `b0q` to
 * `b3q`, a quad of outputs each.
 */
export function addProducts(sum: string, q: number): string {
  return `${sum} = fma(b3${q}, vec4f(v.w), fma(b2${q}, vec4f(v.z), ` +
    `fma(b1${q}, vec4f(v.y), fma(b0${q}, vec4f(v.x), ${sum}))));`;
}

/** Copies the elements at one position of up to four rows next to each other. */
export function packQuad(
  data: Float32Array,
  from: number,
  row: number,
  rows: number,
  packed: Float32Array,
  to: number,
): void {
  packed[to] = data[from]!;
  if (rows > 1) packed[to + 1] = data[from + row]!;
  if (rows > 2) packed[to + 2] = data[from + 2 * row]!;
  if (rows > 3) packed[to + 3] = data[from + 3 * row]!;
}
