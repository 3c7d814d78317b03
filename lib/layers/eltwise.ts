/**
 * Eltwise: the product, sum or maximum of bottoms of one shape, without TensorFlow's broadcasting.
 * Synopsys's fork also has the quotient of two, and the minimum.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/eltwise_layer.cpp
 *
 * @module
 */
import { bool, enumeration, floats, message, onlyWith } from "../../proto/message.ts";
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { fusedRelu, rectifying } from "./fused_relu.ts";
import { apply, defineLayer } from "./layer.ts";

export const eltwise = rectifying(defineLayer({
  type: "Eltwise",
  ops: ["eltwise", "power"],
  param: {
    name: "eltwise_param",
    number: 110,
    message: message("EltwiseParameter", {
      /** The numbers of the last two collide, so only text files have them. */
      operation: enumeration(1, { PROD: 0, SUM: 1, MAX: 2, DIV: -1, MIN: -2 }, "SUM"),
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
    if (coeff.length > 0 && !(operation === "SUM" || operation === "MAX")) {
      throw new TypeError(
        `it has coeff, which only a SUM takes, but its operation is ${operation}`,
      );
    }
    // In place, Caffe reads a bottom after having overwritten it: SUM clears its top first, the
    // others combine the first two bottoms before they read the third.
    const clobbered = layer.bottoms.lastIndexOf(layer.tops[0]!);
    if (clobbered >= (operation === "SUM" ? 0 : 2)) {
      throw new TypeError(
        `its top has the name of its bottom ${JSON.stringify(layer.tops[0])}, which Caffe ` +
          `overwrites before its ${operation} has read it: give the top another name`,
      );
    }
    if (operation === "DIV") return [quotient(graph, name, bottoms)];
    if (operation === "MIN") return [minimum(graph, name, bottoms)];
    return [
      apply(graph, "eltwise", name, bottoms, {
        operation: operations[operation],
        coefficients: operation === "SUM" ? Array.from(coeff) : [],
      }),
    ];
  },
}));

/** The first bottom, divided by the second. */
function quotient(graph: GraphBuilder, name: string, bottoms: readonly Value[]): Value {
  if (bottoms.length !== 2) {
    throw new TypeError(`it has ${bottoms.length} bottoms, but 2 are needed for a quotient`);
  }
  const inverse = apply(graph, "power", `${name}/inverse`, [bottoms[1]!], { power: -1 });
  return apply(graph, "eltwise", name, [bottoms[0]!, inverse], { operation: "product" });
}

/** The negated maximum of the negated bottoms. */
function minimum(graph: GraphBuilder, name: string, bottoms: readonly Value[]): Value {
  const opposites = bottoms.map((bottom, i) =>
    apply(graph, "power", `${name}/opposite${i}`, [bottom], { scale: -1 })
  );
  const most = apply(graph, "eltwise", `${name}/most`, opposites, { operation: "max" });
  return apply(graph, "power", name, [most], { scale: -1 });
}

const operations = { PROD: "product", SUM: "sum", MAX: "max" } as const;
