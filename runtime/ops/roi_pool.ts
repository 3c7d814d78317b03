/**
 * RoI pooling: the maxima of the bins of regions.
 *
 * @module
 */
import { number, sizes } from "./attribute.ts";
import { round } from "./round.ts";
import { windowPooling } from "./windows.ts";

/**
 * Inputs: images `[N, C, H, W]` and boxes `[R, 5]`: image index, left, top, right and bottom pixel.
 * Output: `[R, C, bins]`, the maximum of each bin, or 0 for an empty one.
 */
export const roiPool = windowPooling({
  schema: {
    /** The number of bins in height and width. */
    bins: sizes(),
    /** The factor from the coordinates of boxes to those of the input. */
    scale: number(1),
  },

  bins: (attributes) => attributes,

  isMean: false,

  window(scale, bin, bins, low, high) {
    const { fround } = Math;
    const [first, last] = [low, high].map((x) => round(fround(x * scale))) as [number, number];
    const extent = fround(Math.max(last - first + 1, 1) / bins);
    return [
      first + Math.floor(fround(bin * extent)),
      first + Math.ceil(fround((bin + 1) * extent)),
    ];
  },

  code: /* wgsl */ `
fn window(bin: vec2f, box: vec4f) -> vec4f {
  let first = rounded(box.xy * scale);
  let extent = bin_extents(max(rounded(box.zw * scale) - first + 1.0, vec2f(1.0)));
  return vec4f(first + floor(bin * extent), first + ceil((bin + 1.0) * extent));
}
`,
});
