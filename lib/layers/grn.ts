/**
 * GRN: divides by the length of the vector of channels at each position, as in Intel's forks and in
 * networks that embed faces. `bias` is added to the sum of squares.
 *
 * @see https://docs.openvino.ai/2024/documentation/openvino-ir-format/operation-sets/operation-specs/normalization/grn-1.html
 * @module
 */
import { float, message } from "../../proto/message.ts";
import { apply, defineLayer } from "./layer.ts";

export const grn = defineLayer({
  type: "GRN",
  ops: ["normalize"],
  param: {
    name: "grn_param",
    // Forks have given it several numbers, so only text files have it.
    number: 0,
    message: message("GRNParameter", { bias: float(1, 1) }),
  },

  lower: ({ graph, name, param: { bias: eps }, bottoms }) => [
    apply(graph, "normalize", name, bottoms, { acrossSpatial: false, eps }),
  ],
});
