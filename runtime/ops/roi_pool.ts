/**
 * RoI pooling: the maxima of the bins of regions.
 *
 * @module
 */
import { number, sizes } from "./attribute.ts";
import { lowest } from "./pool2d.ts";
import { pooling } from "./regions.ts";
import { round, roundCode } from "./round.ts";

/**
 * Inputs: images `[N, C, H, W]` and boxes `[R, 5]`: image index, left, top, right and bottom pixel.
 * Output: `[R, C, bins]`, the maximum of each bin, or 0 for an empty one.
 */
export const roiPool = pooling({
  schema: {
    /** The number of bins in height and width. */
    bins: sizes(),
    /** The factor from the coordinates of boxes to those of the input. */
    scale: number(1),
  },

  bins: (attributes) => attributes,

  reference({ bins, scale }, { height, width, row, column, box }) {
    const { fround, floor, ceil, max, min } = Math;
    const [left, top, right, bottom] = box.map((x) => round(fround(x * fround(scale)))) as Corners;
    // In float32 as in Caffe, since a bin's border may coincide with a pixel's.
    const bin_h = fround(max(bottom - top + 1, 1) / bins[0]);
    const bin_w = fround(max(right - left + 1, 1) / bins[1]);
    const y_end = min(top + ceil(fround((row + 1) * bin_h)), height);
    const x_end = min(left + ceil(fround((column + 1) * bin_w)), width);
    const y_start = max(top + floor(fround(row * bin_h)), 0);
    const x_start = max(left + floor(fround(column * bin_w)), 0);
    if (!(y_start < y_end && x_start < x_end)) return () => 0;
    return (data, plane) => {
      let largest = lowest;
      for (let y = y_start; y < y_end; y++) {
        for (let x = x_start; x < x_end; x++) largest = max(largest, data[plane + y * width + x]!);
      }
      return largest;
    };
  },

  shader: () => ({ code: code + roundCode, constants: {} }),
});

type Corners = [left: number, top: number, right: number, bottom: number];

const code = /* wgsl */ `
const lowest = -0x1.fffffep+127f;

// Far outside the image, the exact position does not matter.
fn pixel(x: f32) -> i32 { return i32(clamp(round_away(x * scale), -1e6, 1e6)); }

fn pool(plane: i32, row: i32, column: i32, box: vec4f) -> f32 {
  let left = pixel(box.x);
  let top = pixel(box.y);
  let bin = bin_extents(vec2f(max(vec2i(pixel(box.z) - left, pixel(box.w) - top) + 1, vec2i(1))));
  let y_end = min(top + i32(ceil(f32(row + 1) * bin.y)), height);
  let x_end = min(left + i32(ceil(f32(column + 1) * bin.x)), width);
  var largest = lowest;
  var is_empty = true;
  for (var y = max(top + i32(floor(f32(row) * bin.y)), 0); y < y_end; y++) {
    for (var x = max(left + i32(floor(f32(column) * bin.x)), 0); x < x_end; x++) {
      largest = max(largest, input[(plane * height + y) * width + x]);
      is_empty = false;
    }
  }
  return select(largest, 0.0, is_empty);
}
`;
