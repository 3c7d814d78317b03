/**
 * Im2seq: converts an image to a sequence with one step per column; the pixels of a column in all
 * channels become the features of the step.
 *
 *     [N, C, H, W]  →  [N, W, 1, C·H]
 *
 * The original fork is not public; this follows MNN's importer of Caffe models.
 *
 * @see https://github.com/alibaba/MNN/blob/master/tools/converter/source/optimizer/postconvert/TransformIm2Seq.cpp
 * @module
 */
import { apply, defineLayer, type Layer } from "../layer.ts";

export const im2seq = defineLayer({
  type: "Im2seq",
  ops: ["permute", "reshape"],

  lower({ graph, name, bottoms: [bottom] }) {
    // [N, W, C, H], of which C and H are joined.
    const columns = apply(graph, "permute", `${name}/columns`, [bottom!], { order: [0, 3, 1, 2] });
    return [apply(graph, "reshape", name, [columns], { shape: [1, -1], axis: 2 })];
  },
});

/** Another spelling of its name. */
export const im2Seq: Layer = { ...im2seq, type: "Im2Seq" };
