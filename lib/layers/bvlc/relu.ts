/**
 * ReLU: keeps positive numbers, and multiplies others by a slope, zero by default. Synopsys's fork has
 * an upper limit, by default or always 6. DecoupledNet's has a second top: 1 where the bottom is
 * positive, and 0 elsewhere.
 *
 * @see https://github.com/HyeonwooNoh/caffe
 * @module
 */
import { bool, float, message, type MessageOf, onlyWith } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { apply, defineLayer, type LayerInstance, topName } from "../layer.ts";
import { engine } from "./engine.ts";

const ReLUParameter = message("ReLUParameter", {
  negative_slope: float(1, 0),
  engine: engine(2),
  /** Synopsys's. */
  relu6: bool(0, false),
  /** Not used if it is 0 or less. */
  maximum: float(0, 0),
  ...onlyWith({ minimum: 0, saturate: "None" }),
});

export const relu = defineLayer({
  type: "ReLU",
  ops: ["clip", "relu", "relu6", "threshold"],
  param: { name: "relu_param", number: 123, message: ReLUParameter },
  tops: [1, 2],

  lower(instance) {
    const { graph, layer, bottoms } = instance;
    if (layer.tops.length === 1) return [rectified(instance)];
    const mask = apply(graph, "threshold", topName(instance, 1), bottoms, {});
    return [rectified(instance), mask];
  },
});

function rectified(
  { graph, name, param, bottoms }: LayerInstance<MessageOf<typeof ReLUParameter>>,
): Value {
  const { negative_slope: slope, relu6, maximum } = param;
  const max = Math.min(relu6 ? 6 : Infinity, maximum > 0 ? maximum : Infinity);
  if (max === Infinity) return apply(graph, "relu", name, bottoms, { slope });
  if (max === 6) return apply(graph, "relu6", name, bottoms, { slope });
  if (slope === 0) return apply(graph, "clip", name, bottoms, { min: 0, max });
  const unlimited = apply(graph, "relu", `${name}/rectified`, bottoms, { slope });
  return apply(graph, "clip", name, [unlimited], { max });
}
