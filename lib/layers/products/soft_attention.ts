/**
 * SoftAttention: the sum over all positions of the first bottom, weighted by the second, and scaled by
 * one factor per sample in the third.
 *
 * @see https://github.com/akirafukui/vqa-mcb
 * @module
 */
import { count, expectImage, sameShape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { timesChannel } from "./times_planes.ts";

export const softAttention = defineLayer({
  type: "SoftAttention",
  ops: ["affine", "eltwise", "reduce", "reshape", "tile"],
  bottoms: [3, 3],

  lower({ graph, name, bottoms: [image, weights, factors], shapes }) {
    expectImage(image!.shape);
    const [batch] = image!.shape;
    if (!sameShape(weights!.shape, image!.shape.with(1, 1)) || count(factors!.shape) !== batch) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but they must be an image ` +
          "[N, C, H, W], weights [N, 1, H, W] and N factors",
      );
    }
    const one = fixed(graph, name, weights!, 1, 2);
    const weighed = timesChannel(graph, `${name}/weighed`, image!, one, `${name}/weights`);
    const sums = apply(graph, "reduce", `${name}/sums`, [weighed], { axis: 2 });
    const each = apply(graph, "reshape", `${name}/factors`, [factors!], { shape: [-1] });
    const scaled = apply(graph, "affine", `${name}/scaled`, [sums, each], {
      axis: 0,
      terms: "scale",
    });
    return [apply(graph, "reshape", name, [scaled], { shape: [1, 1], axis: 2, numAxes: 0 })];
  },
});
