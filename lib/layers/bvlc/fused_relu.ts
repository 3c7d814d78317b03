/**
 * Layers with a fused ReLU, as in Intel's fork.
 *
 * @module
 */
import { bool, float } from "../../../proto/message.ts";
import { defineExtension } from "../extension.ts";
import { apply, topName } from "../layer.ts";

/** The settings. */
export const fusedRelu = {
  relu: bool(0, false),
  negative_slope: float(0, 0),
};

/** A layer whose settings include {@linkcode fusedRelu} is followed by the ReLU if they enable it. */
export const rectified = defineExtension<
  { readonly relu: boolean; readonly negative_slope: number }
>({
  ops: ["relu"],

  lower(instance, plain) {
    const { graph, name, param } = instance;
    if (!param.relu) return plain(instance);
    return plain({ ...instance, name: `${name}/linear` }).map((top, i) =>
      apply(graph, "relu", topName(instance, i), [top], { slope: param.negative_slope })
    );
  },
});
