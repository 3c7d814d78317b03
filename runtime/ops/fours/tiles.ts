/**
 * Direct convolution in NHWC4 with register tiling: up to 14 pixels of a row by 16 output channels
 * an invocation.
 *
 * The pixels that the columns of the kernel see are loaded once for all of them, and each weight
 * once for all pixels, so that a load feeds up to 56 multiply-adds. The code is unrolled, because
 * compilers keep only named variables in registers, and has a single loop, because each loop costs
 * a copy of all accumulators. On Mesa's lavapipe it is 4 to 5 times as fast as the direct shader on
 * planes.
 *
 * @module
 */
import { invocations, type Shader } from "../shader.ts";
import {
  type Convolution,
  emitOf,
  type Kernel,
  packedOf,
  placesOf,
  readerOf,
  readingOf,
} from "./convolution.ts";
import { each, once } from "./each.ts";
import { quadsOf } from "./layout.ts";
import { packTiles } from "./weights.ts";

/** The register tile of an invocation. */
interface Tile {
  readonly pixels: number;
  readonly quads: number;
  /** How many columns of the kernel are computed from one set of loaded pixels. */
  readonly taps: number;
  /** How many channels of an input quad are used. */
  readonly lanes: number;
}

/** The invocations of a workgroup. */
const workgroup = 32;
/** The most products, pixels × taps × quads, that are unrolled, so that the code stays short. */
const mostUnrolled = 320;

/** The register-tiled kernels of a convolution; the first has the largest tile that pays. */
export function tiles(convolution: Convolution): Kernel[] {
  const { kernel } = convolution;
  const named = tilesOf(convolution).map((tile): [string, Tile] => {
    const steps = tile.taps < kernel[1] ? ", tap by tap" : "";
    return [`tile ${tile.pixels} × ${tile.quads * 4}${steps}`, tile];
  });
  return [...new Map(named)].map(([name, tile]) => ({
    name,
    shaders: () => [shader(convolution, tile)],
  }));
}

function shader(convolution: Convolution, tile: Tile): Shader {
  const { samples, rows, columns, kernel, stride, dilation, group, output, weights } = convolution;
  const groupTiles = Math.ceil(output / group / 4 / tile.quads);
  const columnTiles = Math.ceil(columns / tile.pixels);
  const total = samples * group * groupTiles * rows * columnTiles;
  const settings = [...Object.values(tile), stride[1], dilation[1]];
  return invocations(total, {
    code: once(`tile ${settings}`, () => code(tile, stride[1], dilation[1])) +
      readerOf(convolution) + emitOf(convolution),
    sizes: {
      // Neighbouring invocations read the same pixels for different output channels.
      block: [8, 7, 6, 5, 4, 3, 2, 1].find((tiles) => groupTiles % tiles === 0)!,
      column_tiles: columnTiles,
      group_tiles: groupTiles,
      windows: kernel[1] / tile.taps,
      ...placesOf(convolution),
    },
    ...readingOf(convolution),
    packed: packedOf(convolution, packTiles(weights, group, tile.quads)),
  }, workgroup);
}

/**
 * Tiles whose unrolled code stays short: first those that share loads between the columns of the
 * kernel, where that pays, then those that load tap by tap. With several taps, pixels are most of
 * what is loaded, so fewer channels are better than fewer pixels.
 */
function tilesOf(
  { columns, inputs, output, group, kernel, stride, dilation }: Convolution,
): Tile[] {
  const most = Math.min(4, quadsOf(output / group)), half = Math.ceil(most / 2);
  const tiles: Tile[] = [];
  for (const taps of [kernel[1], 1]) {
    const [first, second] = taps < kernel[1] ? [7, 14] as const : [14, 7] as const;
    const sizes = [[first, most], [first, half], [second, most], [second, half]] as const;
    for (const [widest, quads] of sizes) {
      const pixels = Math.ceil(columns / Math.ceil(columns / widest));
      const window = (pixels - 1) * stride[1] + (taps - 1) * dilation[1] + 1;
      const pays = taps === 1 || window < pixels * taps;
      if (pays && taps * pixels * quads <= mostUnrolled) {
        tiles.push({ pixels, quads, taps, lanes: Math.min(4, inputs) });
      }
    }
  }
  return tiles;
}

/** The WGSL of a tile, unrolled over its pixels and quads. */
function code(
  { pixels, quads, taps, lanes }: Tile,
  stride: number,
  dilation: number,
): string {
  // A single tap needs only the pixels it meets; several need all from the first to the last.
  const pace = taps === 1 ? stride : 1;
  const window = taps === 1 ? pixels : (pixels - 1) * stride + (taps - 1) * dilation + 1;
  const met = (p: number, w: number) => taps === 1 ? p : p * stride + w * dilation;
  const sums = each(pixels * quads, (i) => `var s${i} = vec4f();`);
  const loads = each(window, (p) => `let x${p} = load(base, left + ${p * pace}, width, stride);`);
  const adds = each(taps, (w) =>
    each(quads, (q) => {
      const i = (w * quads + q) * 4;
      // As words, which the minifier keeps free.
      const names = ["a", "b", "c", "d"].slice(0, lanes);
      return "{" + names.map((name, k) => `let ${name} = weight(at + ${i + k});`).join("") +
        each(pixels, (p) => {
          const s = `s${p * quads + q}`, x = `x${met(p, w)}`;
          const sum = names.reduce(
            (sum, name, k) => `fma(${name}, vec4f(${x}.${"xyzw"[k]}), ${sum})`,
            s,
          );
          return `${s} = ${sum};`;
        }) + "}";
    }));
  // A compiler would load the biases again after each write, which might have changed them.
  const stores = each(quads, (q) =>
    `if (quad + ${q} < g.out_quads) {
      let q = own * g.out_quads + quad + ${q};
      let factor = scale(channels(q));
      let offset = bias(channels(q));` +
    each(pixels, (p) =>
      `if (right > ${p}) { write(pixel + ${p}, q, fma(s${p * quads + q}, factor, offset)); }`) +
    "}");
  return /* wgsl */ `
// put: [N, rows, columns, group, out_quads]
// at1: [N, height, width, group, in_quads]
// weight: [group, group_tiles, kernel_h, in_quads, kernel_w, quads, 4 inputs]

// A quad of a row of the image, zero in the padding.
fn load(row: i32, x: i32, width: i32, stride: i32) -> vec4f {
  return select(vec4f(), at1(row + clamp(x, 0, width - 1) * stride), u32(x) < u32(width));
}

// One invocation computes a tile: some quads of consecutive pixels of a row.
fn invocation(i: i32) {
  let column = i / g.block % g.column_tiles * ${pixels};
  let line = i / (g.block * g.column_tiles);
  let row = line % g.rows;
  let tiles = line / g.rows * g.block + i % g.block;
  let tile = tiles % (g.group_tiles * g.group);
  let n = tiles / (g.group_tiles * g.group);
  let own = tile / g.group_tiles;
  let width = g.width;
  let stride = g.stride1;
  let in_quads = g.in_quads;
  let windows = g.windows;

  // The rows of the kernel that lie inside the image.
  let top = row * g.stride_h - g.pad_h;
  let first = max(0, (g.dilation_h - 1 - top) / g.dilation_h);
  let last = min(g.kernel_h, (g.height - top + g.dilation_h - 1) / g.dilation_h);

  ${sums}
  var at = (tile * g.kernel_h + first) * in_quads * windows * ${taps * quads * 4};
  var base = (n * g.lines + top + first * g.dilation_h) * width * stride + g.start1 + own * in_quads;
  let down = g.dilation_h * width * stride - in_quads + 1;
  let start = column * ${stride} - g.pad_w;
  var left = start;
  var c = 0;
  var window = 0;
  for (var k = (last - first) * in_quads * windows; k > 0; k--) {
    ${loads}
    ${adds}
    at += ${taps * quads * 4};
    window += 1;
    let next = window == windows;
    c += select(0, 1, next);
    let wrap = c == in_quads;
    base += select(0, select(1, down, wrap), next);
    left = select(left + ${dilation}, start, next);
    window = select(window, 0, next);
    c = select(c, 0, wrap);
  }
  let pixel = (n * g.rows + row) * g.columns + column;
  let right = g.columns - column;
  let quad = tile % g.group_tiles * ${quads};
  ${stores}
}
`;
}
