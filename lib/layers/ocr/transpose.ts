/**
 * Transpose: permutes the axes. All axes must be listed.
 *
 * With a `transposetype`, in LSTM-CF, it moves the channels of images behind their pixels, or back,
 * and gives the result a shape.
 *
 * @see https://github.com/senlinuc/caffe_ocr/blob/master/src/caffe/layers/transpose_layer.cpp
 * @see https://github.com/Winstonxu123/LSTM-CF
 * @module
 */
import { int32, message, nested, optionalEnumeration, repeated } from "../../../proto/message.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { BlobShape } from "../../caffe/schema.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

export const transpose = defineLayer({
  type: "Transpose",
  ops: ["permute", "reshape"],
  param: {
    name: "transpose_param",
    message: message("TransposeParameter", {
      dim: repeated(int32(1)),
      shape: nested(0, BlobShape),
      transposetype: optionalEnumeration(0, { CONVTOLSTM: 0, LSTMTOCONV: 1 }),
    }),
  },

  lower({ graph, name, param: { dim: order, shape, transposetype }, bottoms }) {
    if (transposetype === undefined) return [apply(graph, "permute", name, bottoms, { order })];
    const nodes = new LayerNodes(graph, name), [bottom] = bottoms;
    expectImage(bottom!.shape);
    const flat = transposetype === "CONVTOLSTM"
      ? nodes.reshape("flat", bottom!, [0, 0, -1])
      : nodes.reshape("flat", fixed(graph, name, bottom!, 1, 2), [0, -1, bottom!.shape[1]!]);
    const swapped = nodes.add("permute", "swapped", [flat], { order: [0, 2, 1] });
    return [apply(graph, "reshape", name, [swapped], { shape: shape?.dim ?? [] })];
  },
});
