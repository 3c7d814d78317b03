/**
 * GRN: L2 normalisation over channels at each position, in Intel's forks and face embeddings.
 * `bias` is added to the sum of squares.
 *
 * @see https://docs.openvino.ai/2024/documentation/openvino-ir-format/operation-sets/operation-specs/normalization/grn-1.html
 *
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const grn = defineLayer({
  type: "GRN",
  ops: ["normalize"],
  param: {
    name: "grn_param",
    message: message("GRNParameter", { bias: float(1, 1) }),
  },

  lower: ({ graph, name, param: { bias: eps }, bottoms }) => [
    apply(graph, "normalize", name, bottoms, { acrossSpatial: false, eps }),
  ],
});
