/**
 * Parameter: its top is a learned blob. Forks for faces name its filler, BVLC's starts from zeros.
 *
 * @module
 */
import { message, nested } from "../../../proto/message.ts";
import { BlobShape, FillerParameter } from "../../caffe/schema.ts";
import { defineLayer } from "../layer.ts";

export const parameter = defineLayer({
  type: "Parameter",
  param: {
    name: "parameter_param",
    number: 145,
    message: message("ParameterParameter", {
      shape: nested(1, BlobShape),
      blob_filler: nested(0, FillerParameter),
    }),
  },
  bottoms: [0, 0],

  blobs: ({ param: { shape, blob_filler: filler } }) => [
    { name: "weights", shape: shape?.dim ?? [], filler, because: "its parameter_param" },
  ],

  lower: ({ blobs }) => blobs,
});
