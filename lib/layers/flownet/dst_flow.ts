/**
 * The layers of DSTFlow. DynamicBilinear resizes an image bilinearly with aligned corners: to a given
 * size, by a scale, or to the size of the second bottom, whichever comes first. Floacc measures the
 * error of a flow, by a true one from FloData.
 *
 * @see https://github.com/sunshinezhe/Dense-Spatial-Transform-Flow/blob/master/src/caffe/layers/dynamic_bilinear.cu
 * @module
 */
import { float, message, uint32 } from "../../../proto/message.ts";
import { dataOf } from "../bvlc/data.ts";
import { measure } from "../bvlc/losses.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

const dynamicBilinear = defineLayer({
  type: "DynamicBilinear",
  ops: ["interp"],
  param: {
    name: "dynamic_bilinear_param",
    message: message("DynamicBilinearParameter", {
      output_h: uint32(0),
      output_w: uint32(0),
      scale: float(0),
    }),
  },
  bottoms: [1, 2],

  lower({ graph, name, param: { output_h, output_w, scale }, bottoms }) {
    const [image] = bottoms;
    if (output_h !== undefined && output_w !== undefined) {
      expectPositive({ output_h, output_w });
      return [apply(graph, "interp", name, [image!], { size: [output_h, output_w] })];
    }
    if (scale !== undefined) {
      expectPositive({ scale });
      return [apply(graph, "interp", name, [image!], { scale })];
    }
    if (bottoms.length === 2) return [apply(graph, "interp", name, bottoms, {})];
    throw new TypeError("it needs an output_h and an output_w, a scale, or a second bottom");
  },
});

export const dstFlow: readonly Layer[] = [
  dataOf("FloData"),
  dynamicBilinear,
  { ...measure("Floacc"), bottoms: [2, 2], tops: [2, 2] },
];
