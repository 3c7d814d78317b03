/**
 * Windows over the channels of an image in NHWC4, for depthwise convolution and pooling: an
 * invocation computes a quad of channels of a tile of pixels.
 *
 * The pixels that the taps of the windows see are loaded once for all of them. The code is unrolled:
 * each loop costs a copy of all accumulators. On Mesa's lavapipe a tile of 2 × 14 pixels takes half of
 * the time of a loop over the rows of 3 × 3 windows.
 *
 * @module
 */
import { count, type Shape, type Shape4 } from "../../tensor.ts";
import type { Pair } from "../attribute.ts";
import { alongAxes, extentsOf } from "../conv2d/geometry.ts";
import { invocations, type Shader } from "../shader.ts";
import { each, once } from "./each.ts";
import { quadsOf } from "./layout.ts";

/** The most products, rows × pixels × taps, that are unrolled, so that the code stays short. */
export const mostProducts = 320;

/** The windows, by their settings. */
interface Windows {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pair;
  readonly dilation: Pair;
}

/** WGSL: what is computed of the pixels that a window sees. */
export interface Sum {
  /** Identifies it, with its window. */
  readonly name: string;
  /** The accumulator at the start, and the pixels in the padding. */
  readonly none: string;
  /** Statements before the pixels at a tap. */
  readonly tap?: (tap: number) => string;
  /** The accumulator with one more pixel. */
  readonly add: (sum: string, x: string) => string;
  /** Statements before the results. */
  readonly end?: string;
  /** The result, which `finish` then completes. */
  readonly value: (sum: string, row: string, column: string) => string;
}

/** A shader that computes some windows; its code has a function `finish`. */
export function windowTiles(
  { kernel, stride, pad, dilation }: Windows,
  input: Shape,
  output: Shape,
  software: boolean,
  sum: Sum,
  shader: Omit<Shader, "workgroups" | "sizes">,
): Shader {
  const [samples, channels, rows, columns] = output as Shape4;
  const taps = count(kernel), quads = quadsOf(channels);
  // More invocations keep a hardware GPU busy.
  const widest = Math.min(software ? 14 : 4, Math.floor(mostProducts / taps));
  const pixels = Math.ceil(columns / Math.ceil(columns / widest));
  const lines = software && rows > 1 && 2 * pixels * taps <= mostProducts ? 2 : 1;
  const rowTiles = Math.ceil(rows / lines), columnTiles = Math.ceil(columns / pixels);
  const tile: Tile = [[lines, pixels], kernel, stride, dilation];
  return invocations(samples * rowTiles * columnTiles * quads, {
    ...shader,
    code: once(`${sum.name} ${tile}`, () => code(tile, sum)) + shader.code,
    sizes: {
      row_tiles: rowTiles,
      column_tiles: columnTiles,
      quads,
      ...extentsOf(input, output),
      ...alongAxes({ kernel, stride, pad }),
    },
  });
}

/** The rows and columns of pixels that an invocation computes, and the windows that they see. */
type Tile = readonly [extents: Pair, kernel: Pair, stride: Pair, dilation: Pair];

/** Where along an axis the pixels of a tile see the input, each place once. */
function seenAlong(axis: 0 | 1, [extents, kernel, stride, dilation]: Tile): readonly number[] {
  const pixels = extents[axis];
  const at = (i: number) => i % pixels * stride[axis] + Math.floor(i / pixels) * dilation[axis];
  return [...new Set(Array.from({ length: pixels * kernel[axis] }, (_, i) => at(i)))];
}

function code(tile: Tile, { none, tap, add, end = "", value }: Sum): string {
  const [[lines, pixels], [height, width], stride, dilation] = tile;
  const sums = each(lines * pixels, (i) => `var s${i} = ${none};`);
  const columns = seenAlong(1, tile);
  const loads = columns.map((x) => `let x${x} = load(line, left + ${x}, width);`).join("");
  const adds = (line: number, h: number) =>
    each(width, (w) =>
      `{ ${tap?.(h * width + w) ?? ""}` +
      each(pixels, (p) => {
        const s = `s${line * pixels + p}`;
        return `${s} = ${add(s, `x${p * stride[1] + w * dilation[1]}`)};`;
      }) + "}");
  // Each row of the image is loaded once, for all rows of pixels whose windows meet it.
  const rows = seenAlong(0, tile).map((y) => {
    const sees = (line: number, h: number) => line * stride[0] + h * dilation[0] === y;
    return `{ let y = top + ${y};
    let width = select(0, g.width, u32(y) < u32(g.height));
    let line = (n * g.height + clamp(y, 0, g.height - 1)) * g.width * g.stride1 + g.start1 + quad;
    ${loads}` + each(lines, (line) => each(height, (h) => sees(line, h) ? adds(line, h) : "")) +
      "}";
  }).join("");
  const stores = each(lines * pixels, (i) => {
    const row = `row + ${Math.floor(i / pixels)}`, column = `column + ${i % pixels}`;
    return `store(n, ${row}, ${column}, quad, ${value(`s${i}`, row, column)});`;
  });
  return /* wgsl */ `
// put: [N, rows, columns, quads]
// at1: [N, height, width, quads]

// A quad of a row of the image; a row in the padding has the width 0.
fn load(row: i32, x: i32, width: i32) -> vec4f {
  let inside = at1(row + clamp(x, 0, g.width - 1) * g.stride1);
  return select(${none}, inside, u32(x) < u32(width));
}

fn store(n: i32, row: i32, column: i32, quad: i32, value: vec4f) {
  let pixel = (n * g.rows + row) * g.columns + column;
  if (row < g.rows && column < g.columns) { put(pixel, quad, finish(value, pixel, quad)); }
}

// One invocation computes a quad of consecutive pixels of some rows.
fn invocation(i: i32) {
  let quad = i % g.quads;
  let column = i / g.quads % g.column_tiles * ${pixels};
  let row = i / (g.quads * g.column_tiles) % g.row_tiles * ${lines};
  let n = i / (g.quads * g.column_tiles * g.row_tiles);
  let left = column * ${stride[1]} - g.pad_w;
  let top = row * ${stride[0]} - g.pad_h;

  ${sums}
  ${rows}
  ${end}
  ${stores}
}
`;
}
