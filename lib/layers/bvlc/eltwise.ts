/**
 * Eltwise: the product, sum or maximum of bottoms of one shape, without TensorFlow's broadcasting.
 * Synopsys's fork also has the quotient of two, and the minimum, and its second bottom may have a
 * run of the first one's axes, from a given axis on.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/eltwise_layer.cpp
 *
 * @module
 */
import {
  bool,
  enumeration,
  floats,
  int32,
  message,
  type MessageOf,
  onlyWith,
} from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { axisOf, sameShape, showShape } from "../../../runtime/tensor.ts";
import { broadcast } from "../broadcast.ts";
import { defineExtendedLayer } from "../extension.ts";
import { fixed } from "../fixed.ts";
import { apply, type LayerInstance } from "../layer.ts";
import { withAxesOfFirst } from "../v1_axes.ts";
import { fusedRelu, rectified } from "./fused_relu.ts";

const EltwiseParameter = message("EltwiseParameter", {
  operation: enumeration(1, { PROD: 0, SUM: 1, MAX: 2, DIV: -1, MIN: -2 }, "SUM"),
  coeff: floats(2),
  stable_prod_grad: bool(3, true),
  /** The axis of the first bottom that the second one's first axis matches. */
  axis: int32(0, 0),
  ...fusedRelu,
  ...onlyWith({
    /** Whether the last bottom holds the coefficients. */
    coeff_blob: false,
    output_scale: 1,
    saturate: "None",
  }),
});

export const eltwise = defineExtendedLayer([rectified], {
  type: "Eltwise",
  ops: ["affine", "eltwise", "power", "reshape", "tile"],
  param: {
    name: "eltwise_param",
    number: 110,
    message: EltwiseParameter,
  },
  // BVLC's needs two; FlowNet scales one.
  bottoms: [1, Infinity],

  lower(instance) {
    const { graph, name, layer, param: { operation, coeff } } = instance;
    const bottoms = withAxesOfFirst(graph, layer, instance.bottoms);
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
    // Caffe overwrites a bottom in place before it is read: SUM clears its top first, the others
    // combine the first two bottoms before they read the third.
    const clobbered = layer.bottoms.lastIndexOf(layer.tops[0]!);
    if (clobbered >= (operation === "SUM" ? 0 : 2)) {
      throw new TypeError(
        `its top has the name of its bottom ${JSON.stringify(layer.tops[0])}, which Caffe ` +
          `overwrites before its ${operation} has read it: give the top another name`,
      );
    }
    if (operation === "DIV" && bottoms.length !== 2) {
      throw new TypeError(`it has ${bottoms.length} bottoms, but 2 are needed for a quotient`);
    }
    const isBroadcast = bottoms.length > 1 && !sameShape(bottoms[0]!.shape, bottoms[1]!.shape);
    const settings = {
      operation: operations[operation],
      coefficients: operation === "SUM" ? Array.from(coeff) : [],
    } as const;
    const prepared = bottoms.map((bottom, i) => operand(graph, name, operation, bottom, i));
    const node = operation === "MIN" ? `${name}/most` : name;
    const combined = isBroadcast
      ? withRun(instance, node, prepared, settings)
      : apply(graph, "eltwise", node, prepared, settings);
    return [
      operation === "MIN" ? apply(graph, "power", name, [combined], { scale: -1 }) : combined,
    ];
  },
});

type Parameter = MessageOf<typeof EltwiseParameter>;

/** The operand for a bottom: a quotient is a product of inverses, a minimum a negated maximum. */
function operand(
  graph: GraphBuilder,
  name: string,
  operation: Parameter["operation"],
  bottom: Value,
  index: number,
): Value {
  if (operation === "DIV" && index === 1) {
    return apply(graph, "power", `${name}/inverse`, [bottom], { power: -1 });
  }
  if (operation === "MIN") {
    return apply(graph, "power", `${name}/opposite${index}`, [bottom], { scale: -1 });
  }
  return bottom;
}

/** Combines the first bottom with the second, which has a run of its axes, then with the others. */
function withRun(
  { graph, param }: LayerInstance<Parameter>,
  name: string,
  [first, second, ...others]: readonly Value[],
  settings: { readonly operation: "product" | "sum" | "max"; readonly coefficients: number[] },
): Value {
  const { shape } = first!, { shape: run } = second!;
  const axis = axisOf(param.axis, shape.length);
  if (!sameShape(shape.slice(axis, axis + run.length), run)) {
    throw new TypeError(
      `its bottoms are ${showShape(shape)} and ${showShape(run)}, but they must have one ` +
        `shape, or the second one that of a run of the first one's axes from axis ${axis} on`,
    );
  }
  // An extent of 1 would be repeated along any other.
  const known = run.reduce(
    (value, extent, i) => extent === 1 ? fixed(graph, name, value, axis + i, axis + i + 1) : value,
    first!,
  );
  const behind = new Array<number>(shape.length - axis - run.length).fill(1);
  const placed = behind.length === 0 ? second! : apply(graph, "reshape", `${name}/run`, [second!], {
    shape: behind,
    axis: -1,
    numAxes: 0,
  });
  const { operation, coefficients } = settings;
  const pair = broadcast(graph, others.length > 0 ? `${name}/pair` : name, [known, placed], {
    operation,
    coefficients: coefficients.slice(0, 2),
  });
  if (others.length === 0) return pair;
  const rest = coefficients.length > 0 ? [1, ...coefficients.slice(2)] : [];
  return apply(graph, "eltwise", name, [pair, ...others], { operation, coefficients: rest });
}

const operations = {
  PROD: "product",
  SUM: "sum",
  MAX: "max",
  DIV: "product",
  MIN: "max",
} as const;
