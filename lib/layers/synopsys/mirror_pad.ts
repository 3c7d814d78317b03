/**
 * MirrorPad of Synopsys's fork: puts more on both sides of each axis: what a mirror in the middle of
 * the last element would show (REFLECT), or one behind it (SYMMETRIC), or the last element (EDGE).
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/pad
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/mirror_pad_layer.cpp
 * @module
 */
import { float, message, repeated, string, uint32 } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { defineLayer } from "../layer.ts";
import { meaningOf } from "../meaning.ts";
import { sidesFrom, withSides } from "../padded.ts";

const modes = {
  CONSTANT: "CONSTANT",
  EDGE: "REPLICATE",
  REFLECT: "REFLECT",
  SYMMETRIC: "SYMMETRIC",
} as const;

export const mirrorPad = defineLayer({
  type: "MirrorPad",
  ops: ["concat", "power", "reverse", "slice", "tile"],
  param: {
    name: "mirror_pad_param",
    message: message("MirrorPadParameter", {
      paddings: repeated(uint32(0)),
      mode: string(0),
      constant_values: float(0, 0),
    }),
  },

  lower({ graph, name, param: { paddings, mode = "", constant_values }, bottoms: [bottom] }) {
    const { shape } = bottom!;
    const pad_type = meaningOf("mode", mode, modes);
    const most = shape.map((extent) =>
      pad_type === "REFLECT" ? extent - 1 : pad_type === "SYMMETRIC" ? extent : Infinity
    );
    if (
      paddings.length !== 2 * shape.length ||
      paddings.some((padding, i) => padding > most[i >> 1]!)
    ) {
      throw new TypeError(
        `its paddings are ${showShape(paddings)}, but its bottom ${showShape(shape)} needs two ` +
          "numbers for each axis, and no more than a mirror shows",
      );
    }
    const filling = { pad_type, pad_value: constant_values };
    return [withSides(graph, name, bottom!, sidesFrom(paddings), filling)];
  },
});
