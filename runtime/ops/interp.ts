/**
 * Resizes an image bilinearly, so that the middles of its corner pixels stay in the corners.
 *
 * @module
 */
import { count, expectImage, type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, pair, size } from "./attribute.ts";
import { f32, perElement } from "./op.ts";
import { resizing } from "./resizing.ts";
import { tapsAround } from "./taps.ts";

const schema = {
  /** Height and width of the output; 0 means that `shrink` and `zoom` tell. */
  size: pair([0, 0]),
  /** Every how many pixels one is kept, before the zoom. */
  shrink: size(1),
  /** How many steps are made of the one between two pixels. */
  zoom: size(1),
  /** How many rows and columns are left out first: above and left, below and right. */
  cut: pair([0, 0]),
};

/** Inputs: `[N, C, H, W]`, and if it is to be as large as another image that one. */
export const interp = resizing({
  schema,

  shape(attributes, [input, like]) {
    expectImage(input!);
    if (like) expectImage(like);
    const { cut, size } = attributes;
    const [height, width] = keptOf(attributes, input!);
    if (height < 1 || width < 1 || Math.min(...cut, ...size) < 0) {
      throw new TypeError(
        `its input ${showShape(input!)} cannot be cut by ${showShape(cut)} and resized to ` +
          showShape(size),
      );
    }
    const extents = like?.slice(2) ??
      [along(attributes, height, 0), along(attributes, width, 1)];
    return [input![0]!, input![1]!, ...extents];
  },

  macs: (_, __, output) => 4 * count(output),

  taps(attributes, input, output, axis) {
    const extent = keptOf(attributes, input)[axis - 2]!, before = attributes.cut[0];
    const step = stepOf(extent, output[axis]!);
    return Array.from(
      { length: output[axis]! },
      (_, i) =>
        tapsAround(Math.min(Math.fround(step * i), extent - 1), extent)
          .map(([at, weight]) => [before + at, weight]),
    );
  },

  shaders(attributes, [input], output) {
    const [height, width] = keptOf(attributes, input!);
    const [, , rows, columns] = output as [number, number, number, number];
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
        step_h: f32(stepOf(height, rows)),
        step_w: f32(stepOf(width, columns)),
      },
      reads: [0],
    })];
  },
});

/** Height and width of what is not cut off. */
function keptOf({ cut }: AttributesOf<typeof schema>, input: Shape) {
  return [input[2]! - cut[0] - cut[1], input[3]! - cut[0] - cut[1]] as const;
}

/** How many pixels there are along an axis of the output. */
function along(attributes: AttributesOf<typeof schema>, extent: number, axis: 0 | 1): number {
  const { size, shrink, zoom } = attributes;
  return size[axis] || Math.floor((extent - 1) / shrink) * zoom + 1;
}

/** How far two pixels of the output lie apart in the input, as a float32. */
function stepOf(extent: number, pixels: number): number {
  return pixels > 1 ? Math.fround((extent - 1) / (pixels - 1)) : 0;
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [planes, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [planes, plane]

// One invocation computes one element of the output.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let y = step_h * f32(i / columns % rows);
  let x = step_w * f32(i % columns);
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
