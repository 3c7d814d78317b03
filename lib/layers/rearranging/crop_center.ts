/**
 * CropCenter: removes as many elements at the start of each axis as at its end.
 *
 * @see https://github.com/lltcggie/caffe/blob/master/src/caffe/layers/crop_center_layer.cpp
 * @module
 */
import { message, repeated, uint32 } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const cropCenter = defineLayer({
  type: "CropCenter",
  ops: ["slice"],
  param: {
    name: "crop_center_param",
    message: message("CropCenterParameter", { crop_size: repeated(uint32(0)) }),
  },

  lower({ graph, name, param: { crop_size }, bottoms: [bottom] }) {
    const { shape } = bottom!;
    if (crop_size.length !== shape.length) {
      throw new TypeError(
        `it has ${crop_size.length} crop_size, but needs ${shape.length}, one for each axis of its ` +
          `bottom ${showShape(shape)}`,
      );
    }
    const axis = crop_size.findIndex((size, i) => 2 * size >= shape[i]!);
    if (axis !== -1) {
      throw new TypeError(
        `its crop_size ${crop_size[axis]} leaves nothing of the ${shape[axis]} of axis ${axis}`,
      );
    }
    const axes = [...crop_size.keys()].filter((axis) => crop_size[axis]! > 0);
    return [axes.reduce((value, axis) => {
      const size = crop_size[axis]!, sliced = axis === axes.at(-1) ? name : `${name}/axis${axis}`;
      return apply(graph, "slice", sliced, [value], { axis, start: size, end: -size });
    }, bottom!)];
  },
});
