/**
 * Depthwise convolution in NHWC4: up to 14 pixels of two rows by one quad of channels an invocation.
 *
 * The pixels that the taps of the kernel see are loaded once for all of them. The code is unrolled:
 * each loop costs a copy of all accumulators. On Mesa's lavapipe it takes half of the time of a loop
 * over the rows of the kernel, and is many times as fast as the direct shader on planes.
 *
 * @module
 */
import { count, type Shape, type Shape4 } from "../../tensor.ts";
import { alongAxes } from "../conv2d/geometry.ts";
import type { Pair } from "../attribute.ts";
import type { Conv2dAttributes } from "../conv2d/attributes.ts";
import { invocations, type Packing, type Shader } from "../op.ts";
import { biasAndFinishFours, biasPacked } from "./finish.ts";
import { each, once } from "./each.ts";
import { quadsOf } from "./layout.ts";
import type { Traits } from "../traits.ts";

/** The most products, rows × pixels × taps, that are unrolled, so that the code stays short. */
export const mostProducts = 320;

/** The shader of a convolution with as many groups as input and output channels. */
export function depthwise(
  attributes: Conv2dAttributes,
  [input]: readonly Shape[],
  output: Shape,
  { software }: Traits,
): Shader {
  const { kernel, stride, pad, dilation, bias } = attributes;
  const [, channels, height, width] = input as Shape4;
  const [samples, , rows, columns] = output as Shape4;
  const taps = count(kernel), quads = quadsOf(channels);
  // More invocations keep a hardware GPU busy.
  const widest = Math.min(software ? 14 : 4, Math.floor(mostProducts / taps));
  const pixels = Math.ceil(columns / Math.ceil(columns / widest));
  const lines = software && rows > 1 && 2 * pixels * taps <= mostProducts ? 2 : 1;
  const rowTiles = Math.ceil(rows / lines), columnTiles = Math.ceil(columns / pixels);
  const tile: Tile = [[lines, pixels], kernel, stride, dilation];
  return invocations(samples * rowTiles * columnTiles * quads, {
    variant: "depthwise",
    code: once(`depthwise ${tile}`, () => code(tile)) + biasAndFinishFours(attributes, channels),
    sizes: {
      row_tiles: rowTiles,
      column_tiles: columnTiles,
      quads,
      rows,
      columns,
      height,
      width,
      ...alongAxes({ pad }),
    },
    copies: true,
    tables: { 1: "weight" },
    packed: { 1: packing(channels, kernel), ...biasPacked(bias, channels) },
  });
}

/** Packs weights `[C, 1, kH, kW]` as `[kH, kW, C]`, zero-padded to whole quads. */
function packing(channels: number, [height, width]: readonly [number, number]): Packing {
  const stride = quadsOf(channels) * 4, taps = height * width;
  return {
    name: `depthwise ${channels}`,
    pack(data) {
      const packed = new Float32Array(taps * stride);
      data.forEach((weight, i) => {
        packed[i % taps * stride + Math.floor(i / taps)] = weight;
      });
      return packed;
    },
  };
}

/** The rows and columns of pixels that an invocation computes, and the windows that they see. */
type Tile = readonly [extents: Pair, kernel: Pair, stride: Pair, dilation: Pair];

/** Where along an axis the pixels of a tile see the input, each place once. */
function seenAlong(axis: 0 | 1, [extents, kernel, stride, dilation]: Tile): readonly number[] {
  const pixels = extents[axis];
  const at = (i: number) => i % pixels * stride[axis] + Math.floor(i / pixels) * dilation[axis];
  return [...new Set(Array.from({ length: pixels * kernel[axis] }, (_, i) => at(i)))];
}

function code(tile: Tile): string {
  const [[lines, pixels], [taps, width], stride, dilation] = tile;
  const sums = each(lines * pixels, (i) => `var s${i} = vec4f();`);
  const loads = seenAlong(1, tile).map((x) => `let x${x} = load(line, left + ${x}, width);`).join(
    "",
  );
  const adds = (line: number, h: number) =>
    each(width, (w) =>
      `{ let a = weight(${h * width + w} * g.quads + quad);` +
      each(pixels, (p) => {
        const s = `s${line * pixels + p}`;
        return `${s} = fma(a, x${p * stride[1] + w * dilation[1]}, ${s});`;
      }) + "}");
  // Each row of the image is loaded once, for all rows of pixels whose windows meet it.
  const rows = seenAlong(0, tile).map((y) => {
    const sees = (line: number, h: number) => line * stride[0] + h * dilation[0] === y;
    return `{ let y = top + ${y};
    let width = select(0, g.width, u32(y) < u32(g.height));
    let line = (n * g.height + clamp(y, 0, g.height - 1)) * g.width * g.stride1 + g.start1 + quad;
    ${loads}` + each(lines, (line) => each(taps, (h) => sees(line, h) ? adds(line, h) : "")) + "}";
  }).join("");
  // A compiler would load the biases again after each write, which might have changed them.
  const stores = each(lines * pixels, (i) => {
    const line = Math.floor(i / pixels), p = i % pixels;
    return `store(n, row + ${line}, column + ${p}, quad, fma(s${i}, factor, offset));`;
  });
  return /* wgsl */ `
// put: [N, rows, columns, quads]
// at1: [N, height, width, quads]
// weight: [kernel_h, kernel_w, quads]

// A quad of a row of the image, zero in the padding; a row outside of it has the width 0.
fn load(row: i32, x: i32, width: i32) -> vec4f {
  return select(vec4f(), at1(row + clamp(x, 0, g.width - 1) * g.stride1), u32(x) < u32(width));
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
  let factor = scale(quad);
  let offset = bias(quad);
  ${stores}
}
`;
}
