/**
 * Layers that rectify what they give, as Intel's fork has them, so that no ReLU need follow.
 *
 * @module
 */
import { bool, float } from "../../proto/message.ts";
import { apply, type Layer, type LayerInstance, topName } from "./layer.ts";

/** The settings. Their numbers collide, so only text files have them. */
export const fusedRelu = {
  relu: bool(0, false),
  negative_slope: float(0, 0),
};

/** A layer whose settings have {@linkcode fusedRelu}, with what these say. */
export function rectifying(layer: Layer): Layer {
  return {
    ...layer,
    ops: [...layer.ops ?? [], "relu"],
    lower(instance) {
      const { graph, name, param } = instance as LayerInstance<
        { readonly relu: boolean; readonly negative_slope: number }
      >;
      if (!param.relu) return layer.lower!(instance);
      return layer.lower!({ ...instance, name: `${name}/linear` }).map((top, i) =>
        apply(graph, "relu", topName(instance, i), [top], { slope: param.negative_slope })
      );
    },
  };
}
