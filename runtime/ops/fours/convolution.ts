/**
 * A convolution as its NHWC4 shaders see it: how they read its input and write its output.
 *
 * The input is in NHWC4 or, for a picture of up to four channels, in NCHW.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import { alongAxes } from "../conv2d/geometry.ts";
import type { Conv2dAttributes } from "../conv2d/attributes.ts";
import type { Pair } from "../attribute.ts";
import type { Packing, Shader } from "../shader.ts";
import { biasAndFinishFours, biasPacked } from "./finish.ts";
import { quadsOf } from "./layout.ts";

/** A convolution whose groups are whole quads. */
export interface Convolution extends Conv2dAttributes {
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

/** What makes a convolution a matrix product: a 1 × 1 window over one row of pixels. */
export function productOver(pixels: number) {
  return {
    kernel: [1, 1],
    stride: [1, 1],
    pad: [0, 0],
    dilation: [1, 1],
    samples: 1,
    height: 1,
    width: pixels,
    rows: 1,
    columns: pixels,
    planes: 0,
  } as const satisfies Partial<Convolution>;
}

/** One of several ways to compute a convolution. */
export interface Kernel {
  readonly name: string;
  /** Its shaders, which run one after the other; the kernel's name is their variant by default. */
  shaders(): readonly Shader[];
}

/** How its shaders read their operands. */
export function readingOf(
  { planes }: Convolution,
): Pick<Shader, "copies" | "readsPlanes" | "tables"> {
  return { copies: planes === 0, readsPlanes: planes > 0, tables: { 1: "weight" } };
}

/** WGSL: for an input in NCHW, its declaration and `fn at1(i: i32) -> vec4f`. */
export function readerOf({ planes, inputs }: Convolution): string {
  if (planes === 0) return "";
  const values = [0, 1, 2, 3].map((c) => c < inputs ? `input[i + ${c} * g.plane]` : "0.0");
  return `
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [N, channels, height, width]
fn at1(i: i32) -> vec4f { return vec4f(${values.join(", ")}); }
`;
}

/** The members of `g` that locate input and output; `lines` is the rows of a sample. */
export function placesOf(convolution: Convolution): Record<string, number> {
  const { planes, inputs, output, height, width, rows, columns, group, phases } = convolution;
  const { kernel, stride, pad, dilation } = convolution;
  return {
    ...alongAxes({ kernel, stride, pad, dilation }),
    height,
    width,
    rows,
    columns,
    group,
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
 * WGSL: `fn emit(pixel: i32, quad: i32, sum: vec4f)`, which finishes and writes an accumulator. Its
 * parts: `fn channels(quad: i32) -> i32`, the quad of the output's channels that an accumulator
 * belongs to, and `fn write(pixel: i32, quad: i32, value: vec4f)`, which takes a biased value.
 *
 * @param binding That of the biases, and then of the residual.
 */
export function emitOf(convolution: Convolution, binding?: number): string {
  const { output, phases } = convolution;
  return biasAndFinishFours(convolution, phases?.output ?? output, binding) +
    (phases ? writePhases : writePixels) + emit;
}

/**
 * For shaders that finish what others have summed up, and scaled: the WGSL of {@linkcode emitOf}, and
 * the inputs that it reads, which are those of the node without its weights.
 */
export function finishingOf(
  convolution: Convolution,
): Required<Pick<Shader, "code" | "reads" | "packed">> {
  const { bias, residual, output, phases } = convolution;
  const others = [2, 3].slice(0, Number(bias) + Number(residual));
  return {
    code: unscaled + emitOf(convolution, 2),
    reads: [0, ...others],
    packed: biasPacked(bias, phases?.output ?? output),
  };
}

const unscaled = /* wgsl */ `
fn scale(quad: i32) -> vec4f { return vec4f(1.0); }
`;

const emit = /* wgsl */ `
fn emit(pixel: i32, quad: i32, sum: vec4f) {
  write(pixel, quad, biased(sum, channels(quad)));
}
`;

const writePixels = /* wgsl */ `
fn channels(quad: i32) -> i32 { return quad; }
fn write(pixel: i32, quad: i32, value: vec4f) { put(pixel, quad, finish(value, pixel, quad)); }
`;

const writePhases = /* wgsl */ `
fn channels(quad: i32) -> i32 {
  return quad / (g.phase_quads * g.step_h * g.step_w) * g.phase_quads + quad % g.phase_quads;
}

// Interleaves: writes a phase of a pixel to its pixel of the image.
fn write(pixel: i32, quad: i32, value: vec4f) {
  let phase = quad / g.phase_quads % (g.step_h * g.step_w);
  let line = pixel / g.columns;
  let row = line % g.rows * g.step_h + phase / g.step_w - g.cut_h;
  let column = pixel % g.columns * g.step_w + phase % g.step_w - g.cut_w;
  if (u32(row) >= u32(g.phase_rows) || u32(column) >= u32(g.phase_columns)) { return; }
  let p = (line / g.rows * g.phase_rows + row) * g.phase_columns + column;
  let q = channels(quad);
  put(p, q, finish(value, p, q));
}
`;

/** The packings of weights and biases; `packing` is that of the convolution's weights. */
export function packedOf(
  { bias, output, phases, turned }: Convolution,
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
