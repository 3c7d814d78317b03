/**
 * RoI pooling over whole pixels: the maximum or the mean of those in each bin of a region.
 *
 * @module
 */
import type { AttributesOf, Schema } from "./attribute.ts";
import type { Op } from "./op.ts";
import { lowest } from "./pool2d.ts";
import { pooling, type Regions } from "./regions.ts";

/** What distinguishes such ops. */
interface Windows<S extends Schema> extends Pick<Regions<S>, "schema" | "bins"> {
  /** Whether the result is the mean of the pixels, not their maximum. */
  readonly isMean: boolean;
  /**
   * The first pixel of a bin along an axis, and the end of its pixels, for a box from `low` to `high`.
   * In float32 as in Caffe, since a bin's border may coincide with a pixel's.
   */
  window(
    scale: number,
    bin: number,
    bins: number,
    low: number,
    high: number,
  ): readonly [start: number, end: number];
  /** WGSL: `fn window(bin: vec2f, box: vec4f) -> vec4f`, the same for columns and rows. */
  readonly code: string;
}

/** Such an op; an empty bin is 0. */
export function windowPooling<const S extends Schema>(windows: Windows<S>): Op<S> {
  const { schema, bins: binsOf, isMean, window, code } = windows;
  return pooling({
    schema,

    bins: binsOf,

    reference(attributes: AttributesOf<S>, { height, width, row, column, box }) {
      const { fround, max, min } = Math;
      const { bins, scale } = binsOf(attributes);
      const along = (bin: number, bins: number, low: number, high: number, pixels: number) => {
        const [start, end] = window(fround(scale), bin, bins, low, high);
        return [max(start, 0), min(end, pixels)] as const;
      };
      const [left, top, right, bottom] = box;
      const [y, below] = along(row, bins[0], top, bottom, height);
      const [x, beside] = along(column, bins[1], left, right, width);
      const places: number[] = [];
      for (let v = y; v < below; v++) for (let h = x; h < beside; h++) places.push(v * width + h);
      if (places.length === 0) return () => 0;
      return (data, plane) => {
        let largest = lowest, sum = 0;
        for (let i = 0; i < places.length; i++) {
          const value = data[plane + places[i]!]!;
          largest = max(largest, value);
          sum += value;
        }
        return isMean ? sum / places.length : largest;
      };
    },

    shader: () => ({ code: main + code, constants: { is_mean: isMean } }),
  });
}

const main = /* wgsl */ `
fn pool(plane: i32, row: i32, column: i32, box: vec4f) -> f32 {
  let bounds = vec4i(window(vec2f(vec2i(column, row)), box));
  let start = max(bounds.xy, vec2i());
  let end = min(bounds.zw, vec2i(edge) + 1);
  if (any(start >= end)) { return 0.0; }
  var largest = lowest;
  var sum = 0.0;
  for (var y = start.y; y < end.y; y++) {
    for (var x = start.x; x < end.x; x++) {
      let value = input[(plane * height + y) * width + x];
      largest = max(largest, value);
      sum += value;
    }
  }
  let size = end - start;
  return select(largest, sum / f32(size.x * size.y), is_mean);
}
`;
