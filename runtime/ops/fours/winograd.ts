/**
 * 3 × 3 convolution in NHWC4 by Winograd's F(2×2, 3×3), for hardware GPUs: 16 multiplications an
 * input channel in place of 36.
 *
 * A workgroup transforms 32 input tiles (4 × 4 pixels, a quad of channels), multiplies them element
 * by element with the transformed weights of 32 output channels, and applies the output transform
 * once all input channels are summed; transformed tiles stay in shared memory and registers. Chosen
 * unless the adapter is a software one, if there are enough workgroups to fill the GPU: then
 * multiplications are the bottleneck. A place is one of the 16 elements of a transformed tile.
 *
 * @see https://arxiv.org/abs/1509.09308
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import { type Packing, type Shader, workgroups } from "../shader.ts";
import type { Traits } from "../traits.ts";
import {
  type Convolution,
  emitOf,
  type Kernel,
  packedOf,
  placesOf,
  readingOf,
} from "./convolution.ts";
import { each } from "./each.ts";
import { quadsOf } from "./layout.ts";
import { addProducts } from "./product_code.ts";

/**
 * How many output tiles (2 × 2 pixels), and quads of output channels, a workgroup computes. The
 * shader is written for these numbers, which exhaust its shared memory and its 256 threads.
 */
const [tiles, quads] = [32, 8];
/** With fewer channels, the transforms cost more than they save. */
const fewest = 16;
/** The bytes of the transformed weights of a quad of inputs by a quad of outputs. */
const bytesOfQuads = 4 * 4 * 16 * Float32Array.BYTES_PER_ELEMENT;

/** Whether Winograd applies to a convolution: 3 × 3 with stride, dilation and group 1. */
export function isWinograd(convolution: Convolution, { weights }: Traits): boolean {
  const { kernel, stride, dilation, group, planes, inputs, output } = convolution;
  return kernel.every((extent) => extent === 3) &&
    [...stride, ...dilation, group].every((value) => value === 1) &&
    planes === 0 &&
    Math.min(inputs, output) >= fewest &&
    // Transformed weights would have to be rounded to fewer bits once more.
    weights === "float32";
}

/** The Winograd kernel of a convolution, if it applies. */
export function winograd(convolution: Convolution, traits: Traits): Kernel[] {
  const { inputs, output } = convolution;
  const fits = isWinograd(convolution, traits) &&
    quadsOf(inputs) * quadsOf(output) * bytesOfQuads <= traits.bindable;
  return fits ? [{ name: "winograd", shaders: () => [shader(convolution)] }] : [];
}

/** Whether it has enough workgroups to fill the GPU, and spills few of its registers if any. */
export function winogradPays(
  convolution: Convolution,
  { accumulators, concurrency }: Traits,
): boolean {
  const { tileGroups, quadGroups } = gridOf(convolution);
  return tileGroups * quadGroups >= concurrency && accumulators >= 4;
}

function gridOf({ samples, rows, columns, output }: Convolution) {
  const tileRows = Math.ceil(rows / 2), tileColumns = Math.ceil(columns / 2);
  const all = samples * tileRows * tileColumns;
  return {
    tileRows,
    tileColumns,
    all,
    tileGroups: Math.ceil(all / tiles),
    quadGroups: Math.ceil(quadsOf(output) / quads),
  };
}

function shader(convolution: Convolution): Shader {
  const { tileRows, tileColumns, all, tileGroups, quadGroups } = gridOf(convolution);
  return workgroups(tileGroups * quadGroups, {
    code: transforms + product + emitOf(convolution),
    sizes: {
      tiles: all,
      tile_groups: tileGroups,
      tile_rows: tileRows,
      tile_columns: tileColumns,
      ...placesOf(convolution),
    },
    ...readingOf(convolution),
    packed: packedOf(convolution, packing(convolution.weights)),
  }, 256);
}

/** Transforms weights `[O, I, 3, 3]` to `[I/4, 16 places, 4 inputs, O/4, 4 outputs]`. */
function packing([outputs, inputs]: Shape): Packing {
  const row = quadsOf(outputs!) * 4;
  return {
    name: `winograd ${outputs} ${inputs}`,
    pack(data) {
      const packed = new Float32Array(quadsOf(inputs!) * 64 * row);
      const half = new Float32Array(12);
      for (let i = 0; i * 9 < data.length; i++) {
        const output = Math.floor(i / inputs!), input = i % inputs!;
        const to = ((input >> 2) * 64 + input % 4) * row + output;
        transformFilter(data, i * 9, transform, half, packed, to, 4 * row);
      }
      return packed;
    },
  };
}

/** One dimension of a weight transform: more numbers of three that are `step` apart. */
export type FilterTransform = (
  data: Float32Array,
  from: number,
  step: number,
  into: Float32Array,
  to: number,
  stride: number,
) => void;

/**
 * Transforms a 3 × 3 filter in both dimensions.
 *
 * @param half Holds the result of the first: three numbers for each row of places.
 * @param stride The distance between places in the result.
 */
export function transformFilter(
  data: Float32Array,
  from: number,
  transform: FilterTransform,
  half: Float32Array,
  into: Float32Array,
  to: number,
  stride: number,
): void {
  const side = half.length / 3;
  for (let k = 0; k < 3; k++) transform(data, from + k, 3, half, k, 3);
  for (let k = 0; k < side; k++) transform(half, k * 3, 1, into, to + k * side * stride, stride);
}

/** Four numbers of three. */
const transform: FilterTransform = (data, from, step, into, to, stride) => {
  const [a, b, c] = [data[from]!, data[from + step]!, data[from + 2 * step]!];
  into[to] = a;
  into[to + stride] = (a + b + c) / 2;
  into[to + 2 * stride] = (a - b + c) / 2;
  into[to + 3 * stride] = c;
};

/** The register tile of a thread: tiles by quads, of one place. */
const [ownTiles, ownQuads] = [8, 2];
/** How many tiles of each thread are transformed back at once: what shared memory holds. */
const together = 2;

const sums = each(ownTiles * ownQuads, (i) => `var s${i} = vec4f();`);

/**
 * For the three columns that a thread transforms: whether each is inside, its two rows, and their
 * combination.
 */
const columns = each(3, (k) => `let has${k} = u32(left + ${k}) < u32(g.width);`);
const loads = each(3, (k) =>
  `let upper${k} = at1(at_upper + ${k} * g.stride1 + c);` +
  `let lower${k} = at1(at_lower + ${k} * g.stride1 + c);`);
const lines = each(
  3,
  (k) =>
    `let row${k} = fma(vec4f(sign), select(vec4f(), lower${k}, has_lower & has${k}),` +
    `select(vec4f(), upper${k}, has_upper & has${k}));`,
);

const adds = each(
  4,
  (k) => each(ownQuads, (q) => `let b${k}${q} = shared_quads[place_b][${k * 2 + q}][own_quad];`),
) +
  each(ownTiles, (j) =>
    `{ let v = shared_quads[place_a][${j}][own_tile];` +
    each(ownQuads, (q) => addProducts(`s${j * ownQuads + q}`, q)) + "}");

const results = each(ownTiles / together, (round) =>
  each(together * ownQuads, (i) => {
    const j = Math.floor(i / ownQuads), q = i % ownQuads, s = `s${round * together * ownQuads + i}`;
    return `shared_quads[place_a * 2 + ${j}][own_tile * 2 + ${q}][own_quad] = ${s};`;
  }) +
  `workgroupBarrier(); store(first + ${round * together * 4}, quad, t); workgroupBarrier();`);

const transforms = /* wgsl */ `
// put: [N, rows, columns, out_quads]
// at1: [N, height, width, in_quads]
// weight: [in_quads, 16 places, 4 inputs, out_quads]

// First [16 places, 32 tiles] of the input, and [16 places, 4 inputs, 8 quads] of the weights; then
// [16 places, 8 tiles, 8 quads] of the sums: rows of 32.
var<workgroup> shared_quads: array<array<array<vec4f, 4>, 8>, 32>;

// Where a tile starts: its sample, row and column in the output. Tiles beyond the last get a row
// outside of every image.
fn place_of(tile: i32) -> vec3i {
  let column = tile % g.tile_columns;
  let row = tile / g.tile_columns;
  return vec3i(
    row / g.tile_rows,
    select(row % g.tile_rows * 2, -0x40000000, tile >= g.tiles),
    column * 2,
  );
}

// The sums of three places of a column.
fn column_of(row: u32, t: u32, down: f32) -> vec4f {
  let others = shared_quads[row + 8][t / 4 % 8][t % 4] + shared_quads[row + 16][t / 4 % 8][t % 4];
  return fma(vec4f(down), others, shared_quads[row][t / 4 % 8][t % 4]);
}

// The output transform: each thread computes a quad of one of a tile's four pixels.
fn store(first: i32, quad: i32, t: u32) {
  let y = i32(t / 128);
  let x = i32(t / 64 % 2);
  let down = f32(1 - 2 * y);
  let across = f32(1 - 2 * x);
  let at = (t / 128 * 4 + t / 64 % 2) * 2 + t / 32 % 2;
  let others = column_of(at + 2, t, down) + column_of(at + 4, t, down);
  let sum = fma(vec4f(across), others, column_of(at, t, down));
  let tile = first + i32(t % 64 / 8);
  let place = place_of(tile);
  let q = quad + i32(t % 8);
  let row = place.y + y;
  let column = place.z + x;
  if (tile >= g.tiles || q >= g.out_quads || row >= g.rows || column >= g.columns) { return; }
  let pixel = (place.x * g.rows + row) * g.columns + column;
  emit(pixel, q, sum);
}
`;

const product = /* wgsl */ `
// One workgroup computes some tiles of some quads; 16 threads share each place of the product.
fn one_workgroup(i: i32, t: u32) {
  let first = i % g.tile_groups * 32;
  let quad = i / g.tile_groups * 8;

  // The input transform of a thread: half of one of a tile's four rows, from two of its rows and
  // three columns.
  let place = place_of(first + i32(t % 32));
  let line = i32(t / 64);
  let half = i32(t / 32 % 2);
  let upper = place.y - g.pad_h + select(select(1, 0, line == 0), 2, line == 2);
  let lower = place.y - g.pad_h + select(select(2, 1, line == 2), 3, line == 3);
  let sign = select(-1.0, 1.0, line == 1);
  let left = place.z - g.pad_w + half;
  let at_upper = ((place.x * g.lines + upper) * g.width + left) * g.stride1 + g.start1;
  let at_lower = ((place.x * g.lines + lower) * g.width + left) * g.stride1 + g.start1;
  let has_upper = u32(upper) < u32(g.height);
  let has_lower = u32(lower) < u32(g.height);
  ${columns}
  let to = t / 32 * 2;
  let to_b = 16 + t / 32;
  let middle = t / 4 % 8;

  // The products of a thread.
  let place_a = t / 16;
  let place_b = place_a + 16;
  let own_tile = t / 4 % 4;
  let own_quad = t % 4;
  let own_weight = i32(t / 8) * g.out_quads + min(quad + i32(t % 8), g.out_quads - 1);
  ${sums}
  for (var c = 0; c < g.in_quads; c++) {
    // All loads are issued before the first is waited for.
    ${loads}
    let w0 = weight(c * 64 * g.out_quads + own_weight);
    let w1 = weight((c * 64 + 32) * g.out_quads + own_weight);
    ${lines}
    shared_quads[to][middle][own_quad] = select(row0 - row2, row1 - row0, half == 1);
    shared_quads[to + 1][middle][own_quad] = select(row1 + row2, row0 - row2, half == 1);
    shared_quads[to_b][middle][own_quad] = w0;
    shared_quads[to_b + 8][middle][own_quad] = w1;
    workgroupBarrier();
    ${adds}
    workgroupBarrier();
  }
  ${results}
}
`;
