/**
 * Im2seq: makes a sequence of an image, one step a column: what stands in a column, all channels of
 * it, becomes the channels of a step.
 *
 *     [N, C, H, W]  →  [N, W, 1, C·H]
 *
 * The fork it comes from is not public; this is what MNN's importer of Caffe makes of it.
 *
 * @see https://github.com/alibaba/MNN/blob/master/tools/converter/source/optimizer/postconvert/TransformIm2Seq.cpp
 * @module
 */
import { apply, defineLayer } from "../layer.ts";

export const im2seq = defineLayer({
  type: "Im2seq",
  ops: ["permute", "reshape"],

  lower({ graph, name, bottoms: [bottom] }) {
    // W, then C and H, which go together.
    const columns = apply(graph, "permute", `${name}/columns`, [bottom!], { order: [0, 3, 1, 2] });
    return [apply(graph, "reshape", name, [columns], { shape: [1, -1], axis: 2 })];
  },
});
