/**
 * Axpy: scales each channel of the second bottom by its number in the first, and adds the third.
 * waifu2x-caffe calls it AxpyFast.
 *
 * @see https://github.com/hujie-frank/SENet
 * @see https://github.com/lltcggie/waifu2x-caffe
 *
 * @module
 */
import { sameShape, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { timesPlanes } from "./times_planes.ts";

export const axpy = defineLayer({
  type: "Axpy",
  ops: ["affine", "eltwise", "reshape"],
  bottoms: [3, 3],

  lower({ graph, name, bottoms: [a, x, y], shapes }) {
    const scaled = timesPlanes(graph, `${name}/scaled`, x!, a!, `${name}/scale`);
    if (scaled === undefined || !sameShape(x!.shape, y!.shape)) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but they must be a scale [N, C] or ` +
          "[N, C, 1, 1] and two blobs [N, C, H, W] of one shape",
      );
    }
    return [apply(graph, "eltwise", name, [scaled, y!], { operation: "sum" })];
  },
});

export const axpyFast: Layer = { ...axpy, type: "AxpyFast" };
