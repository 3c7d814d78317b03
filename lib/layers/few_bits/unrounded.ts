/**
 * Layers of forks that round to few bits what Caffe's compute; here they compute in float32.
 *
 * @module
 */
import type { Layer, LayerInstance } from "../layer.ts";

/**
 * A layer under the name that a fork has for its rounding version.
 *
 * @param tell Warns that numbers are not rounded, where the fork would round them.
 */
export function unrounded(
  type: string,
  layer: Layer,
  tell: (instance: LayerInstance<unknown>) => void,
): Layer {
  return {
    ...layer,
    type,
    lower(instance) {
      tell(instance);
      return layer.lower!(instance);
    },
  };
}
