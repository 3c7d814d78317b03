/**
 * Position-sensitive RoI pooling: averages the bins of regions, each bin from a channel of its own.
 *
 * @see https://arxiv.org/abs/1605.06409
 *
 * @module
 */
import { number, size } from "./attribute.ts";
import { round } from "./round.ts";
import { windowPooling } from "./windows.ts";

/**
 * Inputs: images `[N, output · group · group, H, W]` and boxes `[R, 5]`: image index, left, top,
 * right and bottom pixel. Output: `[R, output, group, group]`.
 */
export const psroiPool = windowPooling({
  schema: {
    /** The channels of the output. */
    output: size(),
    /** The number of bins along each axis of a box. */
    group: size(),
    /** The factor from the coordinates of boxes to those of the input. */
    scale: number(1),
  },

  bins: ({ group, scale, output }) => ({ bins: [group, group], scale, output }),

  isMean: true,

  window(scale, bin, bins, low, high) {
    const { fround } = Math;
    const first = fround(round(low) * scale), last = fround((round(high) + 1) * scale);
    const extent = fround(Math.max(fround(last - first), fround(0.1)) / bins);
    const border = (bin: number) => fround(fround(bin * extent) + first);
    return [Math.floor(border(bin)), Math.ceil(border(bin + 1))];
  },

  code: /* wgsl */ `
fn window(bin: vec2f, box: vec4f) -> vec4f {
  let first = rounded(box.xy) * scale;
  let extent = bin_extents(max((rounded(box.zw) + 1.0) * scale - first, vec2f(0.1)));
  return vec4f(floor(bin * extent + first), ceil((bin + 1.0) * extent + first));
}
`,
});
