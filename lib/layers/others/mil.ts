/**
 * MIL: multiple-instance learning. In one fork the instances are the positions of an image, and type
 * MAX is the largest probability, NOR (noisy or) the probability of at least one: 1 − ∏ (1 − p), and no
 * less than the largest. In R*CNN the instances are regions: each context_per_roi rows of scores become
 * their maxima.
 *
 * The product is computed by logarithms; what is smaller than any normal float32 counts as that.
 *
 * @see https://github.com/s-gupta/visual-concepts
 * @see https://github.com/gkioxari/RstarCNN
 * @module
 */
import { message, optionalEnumeration, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count, expectImage, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

/** The least factor of the product, a normal float32. */
const least = 2e-38;

export const mil = defineLayer({
  type: "MIL",
  ops: ["clip", "eltwise", "exp", "log", "pool2d", "power", "reduce", "reshape"],
  param: {
    name: "mil_param",
    message: message("MILParameter", {
      type: optionalEnumeration(0, { MAX: 0, NOR: 1 }),
      context_per_roi: uint32(0),
    }),
  },

  lower({ graph, name, param: { type, context_per_roi: regions }, bottoms: [bottom] }) {
    const { shape } = bottom!;
    if (regions !== undefined) return [largestOfRows(graph, name, bottom!, regions)];
    expectImage(shape);
    if (type === undefined) {
      throw new TypeError(
        "its mil_param has no type, but needs one, MAX or NOR, or context_per_roi",
      );
    }
    const max = type === "MAX" ? name : `${name}/max`;
    const largest = apply(graph, "pool2d", max, [bottom!], { method: "max", global: true });
    if (type === "MAX") return [largest];
    const nodes = new LayerNodes(graph, name);
    const none = nodes.add("power", "none", [bottom!], { scale: -1, shift: 1 });
    const kept = nodes.add("clip", "kept", [none], { min: least, max: 1 });
    const logs = nodes.add("log", "logs", [kept], {});
    const sum = nodes.add("reduce", "sum", [logs], { axis: 2 });
    const product = nodes.add("exp", "product", [sum], {});
    const any = nodes.add("power", "any", [product], { scale: -1, shift: 1 });
    const planes = nodes.add("reshape", "planes", [any], { shape: [1, 1], axis: 2, numAxes: 0 });
    return [apply(graph, "eltwise", name, [planes, largest], { operation: "max" })];
  },
});

/** The maxima of each so many rows of scores. Further rows that are fewer are left out, as in Caffe. */
function largestOfRows(graph: GraphBuilder, name: string, scores: Value, rows: number): Value {
  const { shape } = scores, [all, columns] = shape;
  if (shape.length < 2 || count(shape.slice(2)) !== 1 || rows === 0 || rows > all!) {
    throw new TypeError(
      `its bottom is ${showShape(shape)}, but with context_per_roi ${rows} it must be [N, C] ` +
        "with at least as many rows",
    );
  }
  const same = fixed(graph, name, scores, 1);
  const plane = apply(graph, "reshape", `${name}/plane`, [same], { shape: [1, 1, -1, columns!] });
  const largest = apply(graph, "pool2d", `${name}/largest`, [plane], {
    method: "max",
    kernel: [rows, 1],
    stride: [rows, 1],
    round: "floor",
  });
  return apply(graph, "reshape", name, [largest], { shape: [-1, columns!, 1, 1] });
}
