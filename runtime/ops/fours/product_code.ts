/**
 * The WGSL of the implicit GEMM, unrolled over a thread's pixels and quads.
 *
 * Shared memory has an array dimension per logical axis, and what varies by thread is a dimension
 * of its own: compilers that clamp every index (robustness) then do so once, before the sum.
 * Conditions use `&`, since `&&` is a branch that waits for its left side.
 *
 * @module
 */
import { each } from "./each.ts";

/** The register tile of one of a workgroup's 8 × 8 threads. */
export interface Share {
  readonly pixels: number;
  readonly quads: number;
  /** The split-K factor: the sets of 8 × 8 threads, each for other input channels. */
  readonly parts: number;
}

/** How the sum over taps and channels is cut into steps. */
interface Steps {
  /** WGSL: the position in the sum, and the number of steps of so many quads. */
  readonly range: (quads: number) => string;
  /** WGSL: where a thread's next quad is, whether it exists, and its row of weights. */
  readonly place: string;
  /** WGSL: goes on to the next tap when the channels of one are used up. */
  readonly advance: string;
}

/** WGSL: the quad of the next step that a thread loads. */
const ownQuad = "c + i32(part * 4 + t % 4)";

/** Each step stays within one tap. */
const tapByTap: Steps = {
  range: (quads) => /* wgsl */ `
  var c = 0;
  var h = 0;
  var w = 0;
  let steps = taps * ((g.in_quads + ${quads - 1}) / ${quads});`,
  place: /* wgsl */ `
    let down = h * g.dilation_h;
    let right = w * g.dilation_w;
    let shift = (down * g.width + right) * g.stride1 + ${ownQuad};
    let is_there = ${ownQuad} < g.in_quads;
    let row = own * all_quads + (h * g.kernel_w + w) * g.in_quads + c;
    let end = row - c + g.in_quads;`,
  advance: "if (c >= g.in_quads) { c = 0; w += 1; } if (w == g.kernel_w) { w = 0; h += 1; }",
};

/** A step may span taps, so that few channels still fill it. */
const flatSteps: Steps = {
  range: (quads) => /* wgsl */ `
  var c = slab / g.group * g.slice_steps * ${quads};
  let steps = min(g.slice_steps, (all_quads - c + ${quads - 1}) / ${quads});`,
  place: /* wgsl */ `
    let k = ${ownQuad};
    let tap = k / g.in_quads;
    let down = tap / g.kernel_w * g.dilation_h;
    let right = tap % g.kernel_w * g.dilation_w;
    let shift = (down * g.width + right) * g.stride1 + k % g.in_quads;
    let is_there = k < all_quads;
    let row = own * all_quads + c;
    let end = own * all_quads + all_quads;`,
  advance: "",
};

/** The WGSL for a register tile; if `flat`, a step may span taps. */
export function productCode(share: Share, flat: boolean): string {
  const { pixels, quads, parts } = share;
  const { range, place, advance } = flat ? flatSteps : tapByTap;
  // What a thread stages of a step, in quads: its share of the tile's pixels, and of the weights.
  const pixelLoads = pixels / 2, weightLoads = quads * 2;
  const places = each(
    pixelLoads,
    (i) =>
      `let corner${i} = corner(first + i32(t / 4 + ${i * 16}), own);` +
      `var p${i}: vec4f; var is${i}: bool;`,
  ) +
    each(weightLoads, (i) => {
      const all = `(t + ${i * 64})`;
      return `let row${i} = i32(${all} / ${quads * 8}) * g.out_quads;` +
        `let quad${i} = min(quad + i32(${all} % ${quads * 8}), g.out_quads - 1); var w${i}: vec4f;`;
    });
  const sums = each(pixels * quads, (i) => `var s${i} = vec4f();`);
  const loads = each(
    pixelLoads,
    (i) => `is${i} = is_there & meets(corner${i}, down, right); p${i} = at1(corner${i}.x + shift);`,
  ) + each(weightLoads, (i) => `w${i} = weight(min(at + row${i}, last) + quad${i});`);
  const next = /* wgsl */ `{
    ${place}
    let at = (row + i32(part) * 4) * 4 * g.out_quads;
    let last = (end * 4 - 1) * g.out_quads;
    ${loads}
    c += ${parts * 4};
    ${advance}
  }`;
  const stages = each(
    pixelLoads,
    (i) => `a[${i}][half][to_a][own_quad] = select(vec4f(), p${i}, is${i});`,
  ) + each(weightLoads, (i) => `b[${i}][y][own_b] = w${i};`);
  return /* wgsl */ `
// put: [N, rows, columns, slices, group, out_quads]
// at1: [N, height, width, group, in_quads]
// weight: [group, kernel_h, kernel_w, in_quads, 4 inputs, out_quads]

// [pixels / 2, 2, 8 threads of each part, 4 quads of inputs]
var<workgroup> a: array<array<array<array<vec4f, 4>, ${parts * 8}>, 2>, ${pixelLoads}>;
// [16 inputs by quads of outputs, in eights, 8 threads of each part]
var<workgroup> b: array<array<array<vec4f, ${parts * 8}>, 8>, ${weightLoads}>;

// Where the window of a pixel starts: its offset in the input, row and column. Pixels beyond the
// last get a row outside of every image.
fn corner(pixel: i32, own: i32) -> vec3i {
  let row = pixel / g.columns;
  let y = row % g.rows * g.stride_h - g.pad_h;
  let x = pixel % g.columns * g.stride_w - g.pad_w;
  let at = ((row / g.rows * g.lines + y) * g.width + x) * g.stride1 + g.start1 + own * g.in_quads;
  return vec3i(at, select(y, -0x40000000, pixel >= g.pixels), x);
}

// Whether a tap of a window is inside the image.
fn meets(corner: vec3i, down: i32, right: i32) -> bool {
  return (u32(corner.y + down) < u32(g.height)) & (u32(corner.z + right) < u32(g.width));
}

fn store(pixel: i32, slab: i32, quad: i32, sum: vec4f) {
  if (pixel >= g.pixels || quad >= g.out_quads) { return; }
  emit(pixel, slab * g.out_quads + quad, sum);
}

// One workgroup computes a tile of the product, or a slice of its sum; each of its threads computes
// a register tile.
fn one_workgroup(i: i32, local: u32) {
  let t = local % 64;
  ${parts === 1 ? "const part = 0u;" : "let part = local / 64;"}
  let first = i % g.pixel_tiles * ${pixels * 8};
  let quad = i / g.pixel_tiles % g.quad_tiles * ${quads * 8};
  // A group of the output, of one slice.
  let slab = i / (g.pixel_tiles * g.quad_tiles);
  let own = slab % g.group;
  let x = t % 8;
  let y = t / 8;
  let own_a = part * 8 + y;
  let own_b = part * 8 + x;
  let half = t / 32;
  let to_a = part * 8 + t / 4 % 8;
  let own_quad = t % 4;
  ${places}
  ${sums}

  let taps = g.kernel_h * g.kernel_w;
  let all_quads = taps * g.in_quads;
  ${range(parts * 4)}
  ${next}
  for (var step = 0; step < steps; step++) {
    ${stages}
    workgroupBarrier();
    // Prefetches the next step while this one computes.
    ${next}
    ${addsOf(share)}
    workgroupBarrier();
  }
  ${joinsOf(share)}
  if (part == 0) { ${storesOf(share)} }
}
`;
}

/** The multiply-adds of a step: 4 quads of inputs, 4 channels each. */
function addsOf({ pixels, quads }: Share): string {
  const factor = (k: number, j: number, q: number) => {
    const i = (k * 4 + j) * quads + q;
    return `let b${j}${q} = b[${i >> 3}][${i & 7}][own_b];`;
  };
  return each(4, (k) =>
    "{" + each(4, (j) => each(quads, (q) => factor(k, j, q))) +
    each(pixels, (p) =>
      `{ let v = a[${p >> 1}][${p & 1}][own_a][${k}];` +
      each(quads, (q) => addProducts(`s${p * quads + q}`, q)) + "}") +
    "}");
}

/** Reduces the partial sums of split-K, in the shared memory of the weights. */
function joinsOf({ pixels, quads, parts }: Share): string {
  if (parts === 1) return "";
  const sums = pixels * quads;
  return each(sums, (i) => `b[${i}][y][own_b] = s${i};`) + "workgroupBarrier();" +
    each(parts - 1, (part) => each(sums, (i) => `s${i} += b[${i}][y][x + ${part * 8 + 8}];`));
}

function storesOf({ pixels, quads }: Share): string {
  return each(
    pixels,
    (p) =>
      each(
        quads,
        (q) =>
          `store(first + i32(y) + ${p * 8}, slab, quad + i32(x) + ${q * 8}, s${p * quads + q});`,
      ),
  );
}

/**
 * WGSL: adds to an accumulator the products of the four numbers of `v` with the weights `b0q` to
 * `b3q`, a quad of outputs each.
 */
export function addProducts(sum: string, q: number): string {
  return `${sum} = fma(b3${q}, vec4f(v.w), fma(b2${q}, vec4f(v.z), ` +
    `fma(b1${q}, vec4f(v.y), fma(b0${q}, vec4f(v.x), ${sum}))));`;
}
