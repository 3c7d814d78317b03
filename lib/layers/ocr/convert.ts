/**
 * Convert of the Curve Text Detector: converts a row of pixels to a sequence with one step per pixel,
 * and gives the continuation markers of an LSTM: 0 at the first step, and 1 at all others.
 *
 *     [N, C, 1, W]  →  [W, N, C] and [W, N]
 *
 * @see https://github.com/Yuliang-Liu/Curve-Text-Detector/blob/master/caffe/src/caffe/layers/convert_layer.cpp
 * @module
 */
import { count, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, topName } from "../layer.ts";
import { continuationMarkers } from "./continuation_indicator.ts";

export const convertLayer = defineLayer({
  type: "Convert",
  ops: ["permute", "reshape"],
  tops: [2, 2],

  lower(instance) {
    const { graph, name, bottoms: [bottom] } = instance;
    const { shape } = bottom!, last = shape.length - 1;
    if (last < 2 || count(shape.slice(2, last)) !== 1) {
      throw new TypeError(`its bottom is ${showShape(shape)}, but it must be [N, C, 1, W]`);
    }
    const [batch, channels] = shape as readonly [number, number], steps = shape[last]!;
    const order = [last, ...shape.keys().take(last)];
    const turned = apply(graph, "permute", `${name}/turned`, [fixed(graph, name, bottom!, 0)], {
      order,
    });
    return [
      apply(graph, "reshape", name, [turned], { shape: [channels], axis: 2 }),
      continuationMarkers(graph, topName(instance, 1), steps, batch),
    ];
  },
});
