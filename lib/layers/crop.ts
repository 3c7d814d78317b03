/**
 * Crop: cuts the first bottom to the extents of the second, from some axis on, at an offset.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/crop_layer.cpp
 * @module
 */
import { int32, message, repeated, uint32 } from "../../proto/message.ts";
import { apply, defineLayer } from "./layer.ts";

export const crop = defineLayer({
  type: "Crop",
  ops: ["crop"],
  param: {
    name: "crop_param",
    number: 144,
    message: message("CropParameter", { axis: int32(1, 2), offset: repeated(uint32(2)) }),
  },
  bottoms: [2, 2],

  lower: ({ graph, name, param: { axis, offset }, bottoms }) => [
    apply(graph, "crop", name, bottoms, { axis, offsets: offset }),
  ],
});
