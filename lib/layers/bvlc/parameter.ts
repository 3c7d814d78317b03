/**
 * Parameter: its top is a learned blob.
 *
 * @module
 */
import { message, nested } from "../../../proto/message.ts";
import { BlobShape } from "../../caffe/schema.ts";
import { defineLayer } from "../layer.ts";

export const parameter = defineLayer({
  type: "Parameter",
  param: {
    name: "parameter_param",
    number: 145,
    message: message("ParameterParameter", { shape: nested(1, BlobShape) }),
  },
  bottoms: [0, 0],

  blobs: ({ param: { shape } }) => [
    { name: "weights", shape: shape?.dim ?? [], because: "its parameter_param" },
  ],

  lower: ({ blobs }) => blobs,
});
