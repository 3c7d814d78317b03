/**
 * Input: the inputs of the network, which the caller passes. `transform_param` has no effect on them.
 *
 * @module
 */
import { message, nested, repeated } from "../../../proto/message.ts";
import { BlobShape } from "../../caffe/schema.ts";
import { defineLayer } from "../layer.ts";

export const input = defineLayer({
  type: "Input",
  param: {
    name: "input_param",
    number: 143,
    message: message("InputParameter", { shape: repeated(nested(1, BlobShape)) }),
  },
  bottoms: [0, 0],
  tops: [1, Infinity],

  inputs({ layer: { tops }, param: { shape } }) {
    if (shape.length > 1 && shape.length !== tops.length) {
      throw new TypeError(
        `it has ${shape.length} shapes for ${tops.length} tops, but needs one for each or for all`,
      );
    }
    return tops.map((_, i) => (shape[i] ?? shape[0])?.dim);
  },
});
