/**
 * FlowNet's resampling: resizes an image with a filter.
 *
 * @module
 */
import { count, type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, boolean, oneOf, pair } from "./attribute.ts";
import { alongAxes, extentsOf } from "./conv2d/geometry.ts";
import { f32, type Float, perElement } from "./shader.ts";
import { round, roundCode } from "./round.ts";
import { resizing } from "./resizing.ts";

const schema = {
  method: oneOf(["nearest", "linear", "cubic"], "linear"),
  /** Whether the filter widens where the output is smaller. */
  antialias: boolean(true),
  /** The output's height and width; 0 means those of the second input. */
  size: pair([0, 0]),
};

type ResampleAttributes = AttributesOf<typeof schema>;

/** Inputs: `[N, C, H, W]` and, without `size`, an image of which only the shape matters. */
export const resample = resizing({
  schema,

  shape: ({ size }, [input, like]) => resizedShape(size, input!, like),

  macs: (_, __, output) => 16 * count(output),

  rounds(attributes, [input], output) {
    const [height, width] = filterOf(attributes, input!, output).reach
      .map((reach, axis) => Math.min(2 * reach + 1, input![2 + axis]!));
    return height! * (width! + 1);
  },

  taps(attributes, input, output, axis) {
    const { method } = attributes;
    const filter = filterOf(attributes, input, output);
    const own = axis - 2, other = 1 - own;
    const factor = filter.factor[own]!, near = filter.near[own]!, reach = filter.reach[own]!;
    // FlowNet swaps the half-pixel shifts of the axes.
    const shift = filter.factor[other]!;
    const last = input[axis]! - 1;
    const weigh = method === "cubic" ? cubic : triangle;
    return Array.from({ length: output[axis]! }, (_, i) => {
      const place = i * factor + shift / 2 - 0.5, middle = round(place);
      if (method === "nearest") {
        // In integers: where two pixels are equally near, a rounding error would decide.
        const pixels = output[axis]!, all = 2 * output[2 + other]!;
        const scaled = i * input[axis]! * all + input[2 + other]! * pixels;
        return [[Math.min(Math.floor(scaled / (pixels * all)), last), 1]];
      }
      const first = Math.max(middle - reach, 0), end = Math.min(middle + reach, last) + 1;
      const taps = Array.from({ length: Math.max(end - first, 0) }, (_, tap) => first + tap)
        .map((at) => [at, weigh(near * (place - at))] as const)
        .filter(([, weight]) => weight !== 0);
      const total = taps.reduce((sum, [, weight]) => sum + weight, 0) || Infinity;
      return taps.map(([at, weight]) => [at, weight / total]);
    });
  },

  shaders(attributes, [input], output) {
    const { method } = attributes;
    const { factor, near, reach } = filterOf(attributes, input!, output);
    return [perElement(output, {
      code: bindings +
        (method === "nearest" ? nearestCode : filterCode + filters[method] + roundCode),
      constants: {
        ...extentsOf(input!, output),
        ...alongAxes<number | Float>({ factor: factor.map(f32), near: near.map(f32), reach }),
      },
      reads: [0],
    })];
  },
});

/**
 * The shape of a resized image.
 *
 * @param size Height and width; 0 means those of `like`.
 * @throws {TypeError} if the input is no image, or the size is not known.
 */
export function resizedShape(
  size: readonly [number, number],
  input: Shape,
  like: Shape | undefined,
): Shape {
  const height = size[0] || like?.[2] || 0, width = size[1] || like?.[3] || 0;
  if (input.length !== 4 || height < 1 || width < 1) {
    throw new TypeError(
      `its input ${showShape(input)} is no image [N, C, H, W], ` +
        `or its size ${height} × ${width} is not given`,
    );
  }
  return [input[0]!, input[1]!, height, width];
}

/** The distance between output pixels, in pixels of the input, and the radius of the filter. */
function filterOf({ method, antialias }: ResampleAttributes, input: Shape, output: Shape) {
  const factor = [2, 3].map((axis) => Math.fround(input[axis]! / output[axis]!));
  const isWide = antialias && factor.some((step) => step > 1);
  const near = factor.map((step) => isWide ? Math.fround(1 / step) : 1);
  const taps = method === "cubic" ? 4 : 2;
  const reach = factor.map((step, axis) =>
    step < 1 ? 2 : Math.ceil(Math.fround(taps / near[axis]!))
  );
  return { factor, near, reach };
}

export function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x));
}

function cubic(signed: number): number {
  const x = Math.abs(signed);
  if (x <= 1) return x * x * (1.5 * x - 2.5) + 1;
  return x < 2 ? x * (x * (-0.5 * x + 2.5) - 4) + 2 : 0;
}

const filters = {
  linear: /* wgsl */ `fn weigh(x: f32) -> f32 { return max(0.0, 1.0 - abs(x)); }\n`,
  cubic: /* wgsl */ `fn weigh(signed: f32) -> f32 {
  let x = abs(signed);
  if (x <= 1.0) { return x * x * (1.5 * x - 2.5) + 1.0; }
  return select(0.0, x * (x * (-0.5 * x + 2.5) - 4.0) + 2.0, x < 2.0);
}\n`,
};

const bindings = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [planes, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [planes, height, width]
`;

const filterCode = /* wgsl */ `
// One invocation computes one element of the output.
fn invocation(i: i32) {
  // FlowNet swaps the half-pixel shifts of the axes.
  let x = f32(i % columns) * factor_w + factor_h / 2.0 - 0.5;
  let y = f32(i / columns % rows) * factor_h + factor_w / 2.0 - 0.5;
  let middle_y = i32(round_away(y));
  let middle_x = i32(round_away(x));
  let plane = i / (rows * columns) * height;
  var sum = 0.0;
  var total = 0.0;
  for (var h = max(middle_y - reach_h, 0); h <= min(middle_y + reach_h, height - 1); h++) {
    for (var w = max(middle_x - reach_w, 0); w <= min(middle_x + reach_w, width - 1); w++) {
      let weight = weigh(near_w * (x - f32(w))) * weigh(near_h * (y - f32(h)));
      sum += weight * input[(plane + h) * width + w];
      total += weight;
    }
  }
  output[i] = select(sum / total, 0.0, total == 0.0);
}
`;

const nearestCode = /* wgsl */ `
// One invocation copies one element of the output.
fn invocation(i: i32) {
  // FlowNet swaps the half-pixel shifts of the axes.
  let x = i % columns * width;
  let y = i / columns % rows * height;
  // In integers: where two pixels are equally near, a rounding error would decide.
  let all = 2 * rows * columns;
  let w = min(x / columns + (x % columns * 2 * rows + height * columns) / all, width - 1);
  let h = min(y / rows + (y % rows * 2 * columns + width * rows) / all, height - 1);
  output[i] = input[(i / (rows * columns) * height + h) * width + w];
}
`;
