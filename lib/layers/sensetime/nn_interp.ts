/**
 * NNInterp: resizes an image to a height and a width, by repeating each pixel. Only integer multiples
 * are supported.
 *
 * It is lowered for the height and width that the bottom has at the conversion.
 *
 * @see https://github.com/ModelTC/NART/blob/main/art/modules/default/src/op/interp.c
 * @module
 */
import { int32, message, onlyWith } from "../../../proto/message.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { expectImage, showShape } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { repeats } from "../resampling/tensorflow_resize.ts";

export const nnInterp = defineLayer({
  type: "NNInterp",
  ops: ["reshape", "upsample"],
  param: {
    name: "nninterp_param",
    message: message("NNInterpParameter", {
      height: int32(1, 0),
      width: int32(2, 0),
      ...onlyWith({ zoom_factor: 1, shrink_factor: 1, pad_beg: 0, pad_end: 0 }),
    }),
  },

  lower({ graph, name, param: { height, width }, bottoms: [bottom] }) {
    const { shape } = bottom!, size: Pair = [height, width];
    expectImage(shape);
    refuseHuge(size);
    const scale: Pair = [height / shape[2]!, width / shape[3]!];
    if (Math.min(...size) < 1 || !scale.every((times, i) => repeats(shape[2 + i]!, times))) {
      throw new TypeError(
        `its bottom is ${showShape(shape)} and its height and width are ${showShape(size)}, but ` +
          "only integer multiples are supported",
      );
    }
    return [apply(graph, "upsample", name, [fixed(graph, name, bottom!, 2)], { scale })];
  },
});
