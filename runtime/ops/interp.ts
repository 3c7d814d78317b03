/**
 * Bilinear resizing, with corners aligned at pixel centres or at pixel edges.
 *
 * @module
 */
import { count, expectImage, type Shape, type Shape4, showShape } from "../tensor.ts";
import { type AttributesOf, boolean, number, pair, size } from "./attribute.ts";
import { f32, perElement } from "./shader.ts";
import { resizing } from "./resizing.ts";
import { tapsAround } from "./taps.ts";

const schema = {
  /** The output's height and width; 0 means that `scale`, or `shrink` and `zoom` determine them. */
  size: pair([0, 0]),
  /** The ratio of output to input extents, rounded down; 0 means that it is not given. */
  scale: number(0),
  /** The factor of subsampling, before the zoom. */
  shrink: size(1),
  /** The factor of zoom between pixel centres: `n` pixels become `(n − 1) · zoom + 1`. */
  zoom: size(1),
  /** Rows and columns that are cropped first: at the top and left, at the bottom and right. */
  cut: pair([0, 0]),
  /** Whether the centres of the corner pixels are aligned, else the image's edges. */
  alignCorners: boolean(true),
};

/** Inputs: `[N, C, H, W]` and, to take its size, perhaps another image. */
export const interp = resizing({
  schema,

  shape(attributes, [input, like]) {
    expectImage(input!);
    if (like) expectImage(like);
    const { cut } = attributes;
    const [height, width] = keptOf(attributes, input!);
    const extents = like?.slice(2) ??
      [along(attributes, height, 0), along(attributes, width, 1)];
    if (!(Math.min(height, width, ...extents) >= 1 && Math.min(...cut) >= 0)) {
      throw new TypeError(
        `its input ${showShape(input!)} cannot be cut by ${showShape(cut)} and resized to ` +
          showShape(extents),
      );
    }
    return [input![0]!, input![1]!, ...extents];
  },

  macs: (_, __, output) => 4 * count(output),

  taps(attributes, input, output, axis) {
    const extent = keptOf(attributes, input)[axis - 2]!, before = attributes.cut[0];
    const { alignCorners } = attributes, shift = shiftOf(attributes);
    const step = stepOf(extent, output[axis]!, alignCorners);
    return Array.from({ length: output[axis]! }, (_, i) => {
      const place = Math.max(Math.fround(step * (i + shift) - shift), 0);
      return tapsAround(Math.min(place, extent - 1), extent)
        .map(([at, weight]) => [before + at, weight]);
    });
  },

  shaders(attributes, [input], output) {
    const [height, width] = keptOf(attributes, input!);
    const [, , rows, columns] = output as Shape4;
    return [perElement(output, {
      code,
      constants: {
        height,
        width,
        rows,
        columns,
        stride: input![3]!,
        plane: input![2]! * input![3]!,
        cut: attributes.cut[0],
        step_h: f32(stepOf(height, rows, attributes.alignCorners)),
        step_w: f32(stepOf(width, columns, attributes.alignCorners)),
        shift: f32(shiftOf(attributes)),
      },
      reads: [0],
    })];
  },
});

/** Height and width after the crop. */
function keptOf({ cut }: AttributesOf<typeof schema>, input: Shape) {
  return [input[2]! - cut[0] - cut[1], input[3]! - cut[0] - cut[1]] as const;
}

/** The output's extent along an axis. */
function along(attributes: AttributesOf<typeof schema>, extent: number, axis: 0 | 1): number {
  const { size, scale, shrink, zoom } = attributes;
  if (size[axis] || scale !== 0) return size[axis] || Math.floor(Math.fround(extent * scale));
  return Math.floor((extent - 1) / shrink) * zoom + 1;
}

/** The distance between output pixels, in pixels of the input, as a float32. */
function stepOf(extent: number, pixels: number, alignCorners: boolean): number {
  if (!alignCorners) return Math.fround(extent / pixels);
  return pixels > 1 ? Math.fround((extent - 1) / (pixels - 1)) : 0;
}

/** Where in a pixel its value is: at 0 with aligned corners, else at its centre. */
function shiftOf({ alignCorners }: AttributesOf<typeof schema>): number {
  return alignCorners ? 0 : 0.5;
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [planes, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [planes, plane]

// One invocation computes one element of the output.
fn invocation(i: i32) {
  let y = max(step_h * (f32(i / columns % rows) + shift) - shift, 0.0);
  let x = max(step_w * (f32(i % columns) + shift) - shift, 0.0);
  let top = min(i32(y), height - 1);
  let left = min(i32(x), width - 1);
  let below = select(0, stride, top < height - 1);
  let right = select(0, 1, left < width - 1);
  let at = i / (rows * columns) * plane + (cut + top) * stride + cut + left;
  let part = x - f32(left);
  let above = mix(input[at], input[at + right], part);
  output[i] = mix(above, mix(input[at + below], input[at + below + right], part), y - f32(top));
}
`;
