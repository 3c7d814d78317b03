/**
 * ReshapeAdvance of CF-Caffe: Reshape, whose dimension −2 is the extent of the second bottom at its
 * position. Non-local networks restore the height and width of feature maps with it.
 *
 * The nodes know that extent as a number, so other extents of the second bottom are refused later.
 *
 * @see https://github.com/xw-hu/CF-Caffe/blob/master/src/caffe/layers/reshape_advance_layer.cpp
 * @module
 */
import { message, nested, onlyWith } from "../../../proto/message.ts";
import { sameShape, showShape } from "../../../runtime/tensor.ts";
import { BlobShape } from "../../caffe/schema.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

export const reshapeAdvance = defineLayer({
  type: "ReshapeAdvance",
  ops: ["crop", "reshape"],
  param: {
    name: "reshape_param",
    number: 133,
    message: message("ReshapeParameter", {
      shape: nested(1, BlobShape),
      ...onlyWith({ axis: 0, num_axes: -1 }),
    }),
  },
  bottoms: [2, 2],
  sharesMemory: () => true,

  lower({ graph, name, param, bottoms: [bottom, other] }) {
    const dims = param.shape?.dim ?? [], axis = dims.indexOf(-2);
    const extents = other!.shape;
    if (dims.lastIndexOf(-2) >= extents.length) {
      throw new TypeError(
        `its shape has a −2 for axis ${dims.lastIndexOf(-2)}, which its second bottom ` +
          `${showShape(extents)} lacks`,
      );
    }
    const shape = dims.map((dim, i) => dim === -2 ? extents[i]! : dim);
    if (axis < 0) return [apply(graph, "reshape", name, [bottom!], { shape })];
    const shaped = apply(graph, "reshape", `${name}/shaped`, [bottom!], { shape });
    if (!sameShape(shaped.shape.slice(axis), extents.slice(axis))) {
      throw new TypeError(
        `its top would be ${
          showShape(shaped.shape)
        }, but from axis ${axis} on, that of the first ` +
          `−2, it must be as large as the second bottom ${showShape(extents)}`,
      );
    }
    // Nothing is cut off: this ties the top to the extents of the second bottom.
    const size = fixed(graph, `${name}/size`, other!, axis);
    return [apply(graph, "crop", name, [shaped, size], { axis })];
  },
});
