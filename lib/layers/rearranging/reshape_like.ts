/**
 * Reshape to extents of the second bottom. Of the dimensions of the top, those that are 0 stand for
 * them in ReshapeLike, of one-shot segmentation. In ReshapeAdvance, of CF-Caffe's non-local networks,
 * those that are −2 do, and 0 copies from the first bottom, as in Reshape.
 *
 * The nodes know these extents as numbers, so others of the second bottom are refused later.
 *
 * @see https://github.com/lzzcd001/OSLSM/blob/master/src/caffe/layers/reshape_like_layer.cpp
 * @see https://github.com/xw-hu/CF-Caffe/blob/master/src/caffe/layers/reshape_advance_layer.cpp
 * @module
 */
import { message, nested, onlyWith } from "../../../proto/message.ts";
import { sameShape, showShape } from "../../../runtime/tensor.ts";
import { BlobShape } from "../../caffe/schema.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

export const reshapeLike = reshaping("ReshapeLike", 0);

export const reshapeAdvance = reshaping("ReshapeAdvance", -2);

/** A Reshape in which one dimension stands for the extent of the second bottom at its position. */
function reshaping(type: string, likeSecond: number) {
  const what = `${likeSecond}`.replace("-", "−");
  return defineLayer({
    type,
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
      const dims = param.shape?.dim ?? [], axis = dims.indexOf(likeSecond);
      const extents = other!.shape;
      const shape = dims.map((dim, i) => dim === likeSecond ? extents[i] ?? 1 : dim);
      if (axis < 0) return [apply(graph, "reshape", name, [bottom!], { shape })];
      const shaped = apply(graph, "reshape", `${name}/shaped`, [bottom!], { shape });
      if (!sameShape(shaped.shape.slice(axis), extents.slice(axis))) {
        throw new TypeError(
          `its top would be ${showShape(shaped.shape)}, but from axis ${axis} on, that of the ` +
            `first ${what}, it must be as large as the second bottom ${showShape(extents)}`,
        );
      }
      // Nothing is cut off: this ties the top to the extents of the second bottom.
      const size = fixed(graph, `${name}/size`, other!, axis);
      return [apply(graph, "crop", name, [shaped, size], { axis })];
    },
  });
}
