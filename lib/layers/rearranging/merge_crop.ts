/**
 * MergeCrop: center-crops the second bottom to the first, and concatenates their channels or adds
 * them, for U-Net in the OpenCL branch of Caffe.
 *
 *     [N, A, D, H, W] and [N, B, D', H', W']  →  [N, A + B, D, H, W]
 *
 * @see https://github.com/BVLC/caffe/blob/opencl/src/caffe/layers/mergecrop_layer.cpp
 *
 * @module
 */
import { bool, enumeration, message, repeated } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

export const mergeCrop = defineLayer({
  type: "MergeCrop",
  ops: ["concat", "crop", "eltwise", "power", "reshape"],
  param: {
    name: "mergecrop_param",
    message: message("MergeCropParameter", {
      /** Whether each bottom is used: others are replaced by zeros. */
      forward: repeated(bool(0)),
      /** For training only. */
      backward: repeated(bool(0)),
      operation: enumeration(0, { STACK: 0, ADD: 1 }, "STACK"),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param: { forward, operation }, bottoms }) {
    const [small, large] = bottoms.map((bottom) => bottom.shape);
    const rest = small!.slice(2).map((extent, axis) => (large![2 + axis] ?? 0) - extent);
    if (small!.length !== large!.length || rest.some((more) => more < 0)) {
      throw new TypeError(
        `its bottoms are ${showShape(small!)} and ${showShape(large!)}, but the second one must ` +
          "be at least as large as the first",
      );
    }
    const [first, second] = bottoms.map((bottom, i) =>
      fixed(graph, `${name}/bottom${i}`, bottom, 2)
    );
    const middle = apply(graph, "crop", `${name}/middle`, [second!, first!], {
      axis: 2,
      offsets: rest.map((more) => Math.floor(more / 2)),
    });
    const parts = [first!, middle].map((part, i) =>
      forward[i] ?? true ? part : apply(graph, "power", `${name}/zeros${i}`, [part], { scale: 0 })
    );
    return [
      operation === "ADD"
        ? apply(graph, "eltwise", name, parts, { operation: "sum" })
        : apply(graph, "concat", name, parts, { axis: 1 }),
    ];
  },
});
