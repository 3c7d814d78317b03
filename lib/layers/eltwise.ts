/**
 * Eltwise: the product, the sum or the maximum of several bottoms of one shape. Nothing is
 * broadcast, unlike in TensorFlow.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/eltwise_layer.cpp
 * @module
 */
import { bool, enumeration, floats, message, onlyWith } from "../../proto/message.ts";
import { fusedRelu, rectifying } from "./fused_relu.ts";
import { apply, defineLayer } from "./layer.ts";

export const eltwise = rectifying(defineLayer({
  type: "Eltwise",
  ops: ["eltwise"],
  param: {
    name: "eltwise_param",
    number: 110,
    message: message("EltwiseParameter", {
      operation: enumeration(1, { PROD: 0, SUM: 1, MAX: 2 }, "SUM"),
      coeff: floats(2),
      stable_prod_grad: bool(3, true),
      ...fusedRelu,
      ...onlyWith({
        /** Whether the last bottom holds the coefficients. */
        coeff_blob: false,
        output_scale: 1,
        saturate: "None",
      }),
    }),
  },
  // BVLC's needs two; FlowNet scales one.
  bottoms: [1, Infinity],

  lower({ graph, name, layer, param: { operation, coeff }, bottoms }) {
    if (coeff.length > 0 && coeff.length !== bottoms.length) {
      throw new TypeError(
        `it has ${coeff.length} coeff for ${bottoms.length} bottoms, but needs one for each`,
      );
    }
    if (coeff.length > 0 && operation === "PROD") {
      throw new TypeError("it has coeff, which only a SUM takes, but its operation is PROD");
    }
    // In place, Caffe reads a bottom after it has written there: a SUM clears its top first, the
    // others combine the first two bottoms before they come to the third.
    const clobbered = layer.bottoms.lastIndexOf(layer.tops[0]!);
    if (clobbered >= (operation === "SUM" ? 0 : 2)) {
      throw new TypeError(
        `its top has the name of its bottom ${JSON.stringify(layer.tops[0])}, which Caffe ` +
          `overwrites before its ${operation} has read it: give the top another name`,
      );
    }
    return [
      apply(graph, "eltwise", name, bottoms, {
        operation: operations[operation],
        coefficients: operation === "SUM" ? Array.from(coeff) : [],
      }),
    ];
  },
}));

const operations = { PROD: "product", SUM: "sum", MAX: "max" } as const;
