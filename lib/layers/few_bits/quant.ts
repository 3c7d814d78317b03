/**
 * Quant: HWGQ's activation, which quantizes positive numbers to the nearest of a few centers. Other
 * modes are the sign, a clipped line, and ReLU.
 *
 *     x ≤ 0 → −negative_slope, x ≤ (c₀ + c₁) / 2 → c₀, x ≤ (c₁ + c₂) / 2 → c₁, …
 *
 * @see https://github.com/zhaoweicai/hwgq/blob/master/src/caffe/layers/quant_layer.cpp
 *
 * @module
 */
import { float, message, repeated, string } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply, defineLayer } from "../layer.ts";

export const quant = defineLayer({
  type: "Quant",
  ops: ["clip", "eltwise", "power", "relu", "threshold"],
  param: {
    name: "quant_param",
    message: message("QuantParameter", {
      forward_func: string(1, "hwgq"),
      /** For training only. */
      backward_func: string(2),
      clip_thr: float(3),
      negative_slope: float(4, 0),
      thrs: repeated(float(5)),
      centers: repeated(float(6)),
    }),
  },

  lower({ graph, name, param: { forward_func, negative_slope: slope, centers }, bottoms }) {
    const [bottom] = bottoms;
    switch (forward_func) {
      case "hwgq":
        return [nearest(graph, name, bottom!, [-slope, ...centers])];
      case "sign": {
        const turned = apply(graph, "power", `${name}/turned`, bottoms, { scale: -1 });
        const negative = apply(graph, "threshold", `${name}/negative`, [turned], { threshold: 0 });
        return [apply(graph, "power", name, [negative], { scale: -2, shift: 1 })];
      }
      case "hard_tanh":
        return [apply(graph, "clip", name, bottoms, { min: -1, max: 1 })];
      case "relu":
        return [apply(graph, "relu", name, bottoms, { slope })];
      default:
        throw new TypeError(
          `its forward_func is ${JSON.stringify(forward_func)}, but "hwgq", "sign", "hard_tanh" ` +
            'and "relu" are known',
        );
    }
  },
});

/** A step function: each step is halfway between two centers, the first one at 0. */
function nearest(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  levels: readonly number[],
): Value {
  const [, ...centers] = levels;
  if (centers.length === 0 || centers.some((center, i) => !(center > (centers[i - 1] ?? 0)))) {
    throw new TypeError(
      `its centers are ${centers.join(", ") || "missing"}, but they must be positive and ascend`,
    );
  }
  const steps = centers.map((center, i) =>
    apply(graph, "threshold", `${name}/step${i}`, [bottom], {
      threshold: i === 0 ? 0 : (centers[i - 1]! + center) / 2,
    })
  );
  const coefficients = centers.map((center, i) => center - levels[i]!);
  const first = levels[0]!;
  const sum = (name: string) =>
    apply(graph, "eltwise", name, steps, { operation: "sum", coefficients });
  return first === 0 ? sum(name) : apply(graph, "power", name, [sum(`${name}/above`)], {
    shift: first,
  });
}
