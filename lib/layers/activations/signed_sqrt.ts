/**
 * SignedSqrt: the square root of the magnitude, with the sign of the number, for bilinear pooling.
 *
 * @see https://github.com/gy20073/compact_bilinear_pooling
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply, defineLayer } from "../layer.ts";

export const signedSqrt = defineLayer({
  type: "SignedSqrt",
  ops: ["eltwise", "power", "relu"],

  lower({ graph, name, bottoms: [bottom] }) {
    const opposite = apply(graph, "power", `${name}/opposite`, [bottom!], { scale: -1 });
    const roots = [
      rootOf(graph, `${name}/above`, bottom!),
      rootOf(graph, `${name}/below`, opposite),
    ];
    return [apply(graph, "eltwise", name, roots, { operation: "sum", coefficients: [1, -1] })];
  },
});

/** The square root of positive numbers, 0 elsewhere. */
function rootOf(graph: GraphBuilder, name: string, value: Value): Value {
  const positive = apply(graph, "relu", `${name}/positive`, [value], {});
  return apply(graph, "power", name, [positive], { power: 0.5 });
}
