/**
 * 3 × 3 convolution in NHWC4 by Winograd's F(4×4, 3×3) in three dispatches: 36 multiplications an
 * input channel in place of 144.
 *
 * The first transforms the input tiles (6 × 6 pixels), the second multiplies them with the
 * transformed weights, the third transforms the sums back, to 4 × 4 pixels. A place is one of the 36
 * elements of a transformed tile. The product of a place is a 1 × 1 convolution over all tiles: the
 * device's own kernel computes it, with a group for each place. Never the default, because of its
 * dispatches and of its memory, 2.25 times that of input and output; on Mesa's lavapipe it takes
 * half of the time of a register tile for 256 channels at 56 × 56, but more for 64 at 224 × 224.
 *
 * @see https://arxiv.org/abs/1509.09308
 *
 * @module
 */
import { invocations, type Packing, type Shader } from "../shader.ts";
import type { Traits } from "../traits.ts";
import {
  type Convolution,
  finishingOf,
  type Kernel,
  placesOf,
  productOver,
} from "./convolution.ts";
import { each } from "./each.ts";
import { quadsOf } from "./layout.ts";
import { type FilterTransform, isWinograd, transformFilter } from "./winograd.ts";

/** The places of a transformed tile. */
const places = 36;
/** The most bytes of its transformed tiles, of either kind, and of its weights. */
const mostBytes = 2 ** 28;

/**
 * The kernel of a convolution, if Winograd applies to it.
 *
 * @param kernelsOf The kernels of its product, of which the first is used.
 */
export function unfusedWinograd(
  convolution: Convolution,
  traits: Traits,
  kernelsOf: (product: Convolution) => readonly Kernel[],
): Kernel[] {
  const { all } = gridOf(convolution);
  const from = quadsOf(convolution.inputs), to = quadsOf(convolution.output);
  const bytes = places * Math.max(all * from, all * to, from * 4 * to) * 16;
  if (!isWinograd(convolution, traits) || bytes > Math.min(traits.bindable, mostBytes)) return [];
  return [{
    name: "winograd 4 × 4",
    shaders() {
      const product = productOf(convolution), between = [all, product.output];
      const shaders = kernelsOf(product)[0]!.shaders();
      return [
        inputTransform(convolution),
        ...shaders.map((shader) => ({ reads: [0, 1], between, ...shader })),
        outputTransform(convolution),
      ];
    },
  }];
}

/** The tiles of the output. */
function gridOf({ samples, rows, columns }: Convolution) {
  const tileRows = Math.ceil(rows / 4), tileColumns = Math.ceil(columns / 4);
  const sizes = { tile_rows: tileRows, tile_columns: tileColumns };
  return { all: samples * tileRows * tileColumns, sizes };
}

/** The product: a 1 × 1 convolution of a row of tiles, with a group for each place. */
function productOf(convolution: Convolution): Convolution {
  const { inputs, output } = convolution, { all } = gridOf(convolution);
  const outputs = places * quadsOf(output) * 4;
  return {
    ...productOver(all),
    bias: false,
    residual: false,
    activation: null,
    inputs,
    output: outputs,
    group: places,
    weights: [outputs, inputs, 1, 1],
    turned: transformedWeights(convolution),
  };
}

/** Transforms weights `[O, I, 3, 3]` to `[36 places, O, I]`, with O in whole quads. */
function transformedWeights({ weights, inputs, output, turned }: Convolution): Packing {
  const plane = quadsOf(output) * 4 * inputs;
  return {
    name: `${turned?.name}, winograd 4 × 4 ${weights}`,
    pack(given) {
      const data = turned ? turned.pack(given) : given;
      const half = new Float32Array(18), whole = new Float32Array(places * plane);
      for (let i = 0; i * 9 < data.length; i++) {
        transformFilter(data, i * 9, transform, half, whole, i, plane);
      }
      return whole;
    },
  };
}

/** Six numbers of three. */
const transform: FilterTransform = (data, from, step, into, to, stride) => {
  const [a, b, c] = [data[from]!, data[from + step]!, data[from + 2 * step]!];
  const near = (a + c) / -6, far = a / 24 + c / 6;
  into[to] = a / 4;
  into[to + stride] = near - b / 6;
  into[to + 2 * stride] = near + b / 6;
  into[to + 3 * stride] = far + b / 12;
  into[to + 4 * stride] = far - b / 12;
  into[to + 5 * stride] = c;
};

function inputTransform(convolution: Convolution): Shader {
  const quads = quadsOf(convolution.inputs), { all, sizes } = gridOf(convolution);
  return invocations(all * quads, {
    variant: "input transform",
    code: six + inputCode,
    sizes: { ...sizes, ...placesOf(convolution) },
    copies: true,
    between: [all, places * quads * 4],
    reads: [0],
  });
}

function outputTransform(convolution: Convolution): Shader {
  const { code, ...bound } = finishingOf(convolution), { all, sizes } = gridOf(convolution);
  return invocations(all * quadsOf(convolution.output), {
    variant: "output transform",
    code: six + outputCode + code,
    sizes: { ...sizes, ...placesOf(convolution) },
    ...bound,
  });
}

const members = ["a", "b", "c", "d", "e", "f"];
const six = `struct Six { ${members.map((member) => `${member}: vec4f`).join()} }\n`;
/** WGSL: six values. */
const sixOf = (value: (k: number) => string) => `Six(${members.map((_, k) => value(k)).join()})`;
/** WGSL: six lines, and a member of each, transformed. */
const linesOf = (value: (k: number) => string) => each(6, (k) => `let line${k} = ${value(k)};`);
const across = (k: number) => `transform(${sixOf((line) => `line${line}.${members[k]}`)})`;

const pixels = sixOf((k) => `load(row, x + ${k}, width)`);
const inputLines = linesOf((k) => `line_of(n, y + ${k}, x, c)`);
const puts = each(6, (x) =>
  `{ let v = ${across(x)};` +
  each(6, (y) => `put(tile, ${y * 6 + x} * g.in_quads + c, v.${members[y]});`) + "}");

const inputCode = /* wgsl */ `
// put: [tiles, 36 places, in_quads]
// at1: [N, height, width, in_quads]

// One dimension of the input transform.
fn transform(v: Six) -> Six {
  let even = fma(vec4f(-4.0), v.c, v.e);
  let odd = fma(vec4f(-4.0), v.b, v.d);
  let near = v.e - v.c;
  let far = 2.0 * (v.d - v.b);
  return Six(
    fma(vec4f(4.0), v.a, fma(vec4f(-5.0), v.c, v.e)),
    even + odd,
    even - odd,
    near + far,
    near - far,
    fma(vec4f(4.0), v.b, fma(vec4f(-5.0), v.d, v.f)),
  );
}

// A quad of a row of the image, zero in the padding; a row outside of it has the width 0.
fn load(row: i32, x: i32, width: i32) -> vec4f {
  return select(vec4f(), at1(row + clamp(x, 0, g.width - 1) * g.stride1), u32(x) < u32(width));
}

// Six pixels of a row, transformed.
fn line_of(n: i32, y: i32, x: i32, c: i32) -> Six {
  let row = (n * g.lines + clamp(y, 0, g.height - 1)) * g.width * g.stride1 + g.start1 + c;
  let width = select(0, g.width, u32(y) < u32(g.height));
  return transform(${pixels});
}

// One invocation transforms a quad of a tile.
fn invocation(i: i32) {
  let c = i % g.in_quads;
  let tile = i / g.in_quads;
  let row = tile / g.tile_columns;
  let x = tile % g.tile_columns * 4 - g.pad_w;
  let y = row % g.tile_rows * 4 - g.pad_h;
  let n = row / g.tile_rows;
  ${inputLines}
  ${puts}
}
`;

const columnOfSums = sixOf((k) => `at1(at + ${k * 6} * g.out_quads)`);
const sumLines = linesOf((k) => `line_of(at + ${k} * g.out_quads)`);
const stores = each(4, (y) =>
  `{ let v = ${across(y)};` +
  each(4, (x) => `store(first, y + ${y}, x + ${x}, c, v.${members[x]});`) + "}");

const outputCode = /* wgsl */ `
// put: [N, rows, columns, out_quads]
// at1: [tiles, 36 places, out_quads]

struct Four { a: vec4f, b: vec4f, c: vec4f, d: vec4f }

// One dimension of the output transform.
fn transform(v: Six) -> Four {
  let even = v.b + v.c;
  let odd = v.b - v.c;
  let far_even = v.d + v.e;
  let far_odd = v.d - v.e;
  return Four(
    v.a + even + far_even,
    fma(vec4f(2.0), far_odd, odd),
    fma(vec4f(4.0), far_even, even),
    fma(vec4f(8.0), far_odd, odd + v.f),
  );
}

// A column of a tile, transformed.
fn line_of(at: i32) -> Four {
  return transform(${columnOfSums});
}

fn store(first: i32, y: i32, x: i32, c: i32, sum: vec4f) {
  if (y < g.rows && x < g.columns) { emit((first + y) * g.columns + x, c, sum); }
}

// One invocation computes a quad of a tile.
fn invocation(i: i32) {
  let c = i % g.out_quads;
  let tile = i / g.out_quads;
  let row = tile / g.tile_columns;
  let x = tile % g.tile_columns * 4;
  let y = row % g.tile_rows * 4;
  let first = row / g.tile_rows * g.rows;
  let at = tile * g.stride1 + g.start1 + c;
  ${sumLines}
  ${stores}
}
`;
