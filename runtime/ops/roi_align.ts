/**
 * Samples regions of images between pixels, once per bin.
 *
 * @module
 */
import { number, oneOf, sizes } from "./attribute.ts";
import { f32 } from "./shader.ts";
import { pooling } from "./regions.ts";
import { round } from "./round.ts";
import { mixed, type Taps } from "./taps.ts";

/**
 * Inputs: images `[N, C, H, W]` and boxes `[R, 5]`: image index, left, top, right and bottom pixel.
 * Output: `[R, C, bins]`, the value at the centre of each bin.
 */
export const roiAlign = pooling({
  schema: {
    /** The number of bins in height and width. */
    bins: sizes(),
    /** The factor from the coordinates of boxes to those of the input. */
    scale: number(1),
    /** The margin added at each side of a box, relative to its size. */
    pad: number(0),
    /**
     * The interpolation. Bilinear samples on the last row or column are 0, since both of the pixels
     * between which they lie are the same.
     */
    method: oneOf(["cubic", "linear"], "cubic"),
  },

  bins: (attributes) => attributes,

  reference({ bins, scale, pad, method }, { height, width, row, column, box }) {
    const { max, min } = Math;
    const taps = method === "cubic" ? cubicTaps : linearTaps;
    /** The centre of a bin along one axis. */
    const middle = (bin: number, bins: number, low: number, high: number, extent: number) => {
      const padding = (high - low + 1) * pad;
      const start = max((low - padding) * scale, 0);
      const end = min((high + padding) * scale, round(extent / scale) - 1);
      const center = start + (bin + 0.5) * max(end - start + 1, 1) / bins;
      return min(max(center, 0), extent - 1);
    };
    const [left, top, right, bottom] = box;
    const y = taps(middle(row, bins[0], top, bottom, height), height);
    const x = taps(middle(column, bins[1], left, right, width), width);
    return mixed(width, y, x);
  },

  shader: ({ pad, method }) => ({
    code: code + (method === "cubic" ? cubicCode : linearCode),
    constants: { pad: f32(pad) },
  }),
});

function linearTaps(x: number, extent: number): Taps {
  const first = Math.floor(x), last = Math.min(first + 1, extent - 1);
  return [[first, last - x], [last, x - first]];
}

/** @see https://ieeexplore.ieee.org/document/1163711 Cubic convolution, here with a = −1 */
function cubicTaps(x: number, extent: number): Taps {
  const first = Math.floor(x);
  return [-1, 0, 1, 2].map((offset) => {
    const d = Math.abs(x - first - offset);
    const weight = d < 1 ? 1 + d * d * (d - 2) : d < 2 ? 4 + d * (-8 + d * (5 - d)) : 0;
    return [Math.min(Math.max(first + offset, 0), extent - 1), weight];
  });
}

const code = /* wgsl */ `
// The centre of a bin along one axis.
fn middle(bin: i32, bins: i32, low: f32, high: f32, extent: i32) -> f32 {
  let padding = (high - low + 1.0) * pad;
  let start = max((low - padding) * scale, 0.0);
  let end = min((high + padding) * scale, round_away(f32(extent) / scale) - 1.0);
  let center = start + (f32(bin) + 0.5) * (max(end - start + 1.0, 1.0) / f32(bins));
  return clamp(center, 0.0, f32(extent - 1));
}

fn pool(plane: i32, row: i32, column: i32, box: vec4f) -> f32 {
  let y = middle(row, bins_h, box.y, box.w, height);
  let x = middle(column, bins_w, box.x, box.z, width);
  let y_weights = weights(y, height);
  let x_weights = weights(x, width);
  var sum = 0.0;
  for (var v = 0; v < 4; v++) {
    for (var h = 0; h < 4; h++) {
      let y_tap = clamp(i32(y) - 1 + v, 0, height - 1);
      let x_tap = clamp(i32(x) - 1 + h, 0, width - 1);
      sum += input[(plane * height + y_tap) * width + x_tap] * y_weights[v] * x_weights[h];
    }
  }
  return sum;
}
`;

const linearCode = /* wgsl */ `
// The weights of the four pixels around x, of which the outer ones are 0.
fn weights(x: f32, extent: i32) -> vec4f {
  let first = i32(x);
  let last = min(first + 1, extent - 1);
  return vec4f(0.0, f32(last) - x, x - f32(first), 0.0);
}
`;

const cubicCode = /* wgsl */ `
// The weights of the four pixels around x.
fn weights(x: f32, extent: i32) -> vec4f {
  let d = abs(fract(x) - vec4f(-1.0, 0.0, 1.0, 2.0));
  let near = 1.0 + d * d * (d - 2.0);
  let far = 4.0 + d * (d * (5.0 - d) - 8.0);
  return select(select(vec4f(0.0), far, d < vec4f(2.0)), near, d < vec4f(1.0));
}
`;
