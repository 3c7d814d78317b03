/**
 * Position-sensitive RoI pooling: averages the bins of regions, each bin from a channel of its own.
 *
 * @see https://arxiv.org/abs/1605.06409
 *
 * @module
 */
import { number, size } from "./attribute.ts";
import { pooling } from "./regions.ts";
import { round, roundCode } from "./round.ts";

/**
 * Inputs: images `[N, output · group · group, H, W]` and boxes `[R, 5]`: image index, left, top,
 * right and bottom pixel. Output: `[R, output, group, group]`.
 */
export const psroiPool = pooling({
  schema: {
    /** The channels of the output. */
    output: size(),
    /** The number of bins along each axis of a box. */
    group: size(),
    /** The factor from the coordinates of boxes to those of the input. */
    scale: number(1),
  },

  bins: ({ group, scale }) => ({ bins: [group, group], scale }),

  outputs({ output, group }, channels) {
    const needed = output * group ** 2;
    if (channels === needed) return output;
    throw new TypeError(
      `its input has ${channels} channels, but ${output} outputs of ${group} × ${group} bins ` +
        `need ${needed}`,
    );
  },

  reference({ group, scale }, { height, width, row, column, box }) {
    const { fround, floor, ceil, max, min } = Math;
    // In float32 as in Caffe, since a bin's border may coincide with a pixel's.
    const [left, top, right, bottom] = box.map((x, k) =>
      fround(fround(round(x) + (k < 2 ? 0 : 1)) * fround(scale))
    ) as [number, number, number, number];
    const bin_h = fround(max(fround(bottom - top), fround(0.1)) / group);
    const bin_w = fround(max(fround(right - left), fround(0.1)) / group);
    const border = (k: number, bin: number, start: number) => fround(fround(k * bin) + start);
    const y_start = max(floor(border(row, bin_h, top)), 0);
    const x_start = max(floor(border(column, bin_w, left)), 0);
    const y_end = min(ceil(border(row + 1, bin_h, top)), height);
    const x_end = min(ceil(border(column + 1, bin_w, left)), width);
    if (!(y_start < y_end && x_start < x_end)) return () => 0;
    return (data, plane) => {
      let sum = 0;
      for (let y = y_start; y < y_end; y++) {
        for (let x = x_start; x < x_end; x++) sum += data[plane + y * width + x]!;
      }
      return sum / ((y_end - y_start) * (x_end - x_start));
    };
  },

  shader: () => ({ code: code + roundCode, constants: {} }),
});

const code = /* wgsl */ `
// Far outside the image, the exact position does not matter.
fn pixel(x: f32) -> f32 { return clamp(round_away(x), -1e6, 1e6); }

fn pool(plane: i32, row: i32, column: i32, box: vec4f) -> f32 {
  let left = pixel(box.x) * scale;
  let top = pixel(box.y) * scale;
  let end = (vec2f(pixel(box.z), pixel(box.w)) + 1.0) * scale;
  let bin = bin_extents(max(end - vec2f(left, top), vec2f(0.1)));
  let y_start = max(i32(floor(f32(row) * bin.y + top)), 0);
  let x_start = max(i32(floor(f32(column) * bin.x + left)), 0);
  let y_end = min(i32(ceil(f32(row + 1) * bin.y + top)), height);
  let x_end = min(i32(ceil(f32(column + 1) * bin.x + left)), width);
  var sum = 0.0;
  for (var y = y_start; y < y_end; y++) {
    for (var x = x_start; x < x_end; x++) { sum += input[(plane * height + y) * width + x]; }
  }
  let area = max(y_end - y_start, 0) * max(x_end - x_start, 0);
  return select(sum / f32(max(area, 1)), 0.0, area == 0);
}
`;
