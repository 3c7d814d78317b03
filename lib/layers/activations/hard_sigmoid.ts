/**
 * HardSigmoid and HardSwish of MobileNet v3: a line clamped to 0 and 1, and `x` times such a line.
 *
 * Names differ between forks. HardSigmoid has settings, under one of two names, with a default slope
 * of 0.2; HSigmoid and all others have 1/6, as in MobileNet v3.
 *
 * @see https://arxiv.org/abs/1905.02244
 *
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";

export const hardSigmoid = defineLayer({
  type: "HardSigmoid",
  ops: ["clip", "power"],
  param: {
    name: "hard_sigmoid_param",
    otherNames: ["hardsigmoid_param"],
    message: message("HardSigmoidParameter", { alpha: float(1, 0.2), beta: float(2, 0.5) }),
  },

  lower: ({ graph, name, param: { alpha, beta }, bottoms: [bottom] }) => [
    line(graph, name, bottom!, alpha, beta),
  ],
});

export const hSigmoid = defineLayer({
  type: "HSigmoid",
  ops: ["clip", "power"],
  lower: ({ graph, name, bottoms: [bottom] }) => [line(graph, name, bottom!, 1 / 6, 0.5)],
});

export const hardSwish = defineLayer({
  type: "HardSwish",
  ops: ["clip", "eltwise", "power"],

  lower({ graph, name, bottoms: [bottom] }) {
    const gate = line(graph, `${name}/gate`, bottom!, 1 / 6, 0.5);
    return [apply(graph, "eltwise", name, [bottom!, gate], { operation: "product" })];
  },
});

/** Other names of the types. */
export const hardSpellings: readonly Layer[] = [
  { ...hSigmoid, type: "Hsigmoid" },
  { ...hardSwish, type: "Hardswish" },
  { ...hardSwish, type: "HSwish" },
  { ...hardSwish, type: "Hswish" },
];

/** `scale · x + shift`, clamped to 0 and 1. */
function line(graph: GraphBuilder, name: string, x: Value, scale: number, shift: number): Value {
  const sloped = apply(graph, "power", `${name}/line`, [x], { scale, shift });
  return apply(graph, "clip", name, [sloped], { min: 0, max: 1 });
}
