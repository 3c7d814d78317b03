/**
 * Layers with a fused ReLU, as in Intel's fork.
 *
 * @module
 */
import { bool, float } from "../../../proto/message.ts";
import { apply, type Layer, type LayerInstance, topName } from "../layer.ts";

/** The settings. */
export const fusedRelu = {
  relu: bool(0, false),
  negative_slope: float(0, 0),
};

/** A layer whose settings include {@linkcode fusedRelu}, followed by the ReLU if they enable it. */
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
