/**
 * Mish: `x · tanh(log(1 + eˣ))`, of every element, as in forks that run YOLO v4.
 *
 * @see https://arxiv.org/abs/1908.08681
 * @module
 */
import { apply, defineLayer } from "../layer.ts";

export const mish = defineLayer({
  type: "Mish",
  ops: ["bnll", "eltwise", "tanh"],

  lower({ graph, name, bottoms }) {
    const soft = apply(graph, "bnll", `${name}/soft`, bottoms, {});
    const gate = apply(graph, "tanh", `${name}/gate`, [soft], {});
    return [apply(graph, "eltwise", name, [...bottoms, gate], { operation: "product" })];
  },
});
