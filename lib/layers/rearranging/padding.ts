/**
 * Padding: pads or crops an image. Two forks have layers of this name, with different settings.
 *
 * DeepLab's has the same padding for rows and columns, with zeros; negative numbers crop. Sophgo's has
 * a number for each side, and any value.
 *
 * @see https://github.com/gpapan/caffe/blob/master/src/caffe/layers/padding_layer.cpp
 * @see https://github.com/sophgo/caffe/blob/master/src/caffe/layers/padding_layer.cpp
 * @module
 */
import { enumeration, float, int32, message } from "../../../proto/message.ts";
import { defineLayer } from "../layer.ts";
import { padded } from "../padded.ts";

export const padding = defineLayer({
  type: "Padding",
  ops: ["concat", "conv2d", "power", "slice", "tile"],
  param: {
    name: "padding_param",
    message: message("PaddingParameter", {
      pad_beg: int32(0, 0),
      pad_end: int32(0, 0),
      pad_t: int32(0, 0),
      pad_b: int32(0, 0),
      pad_l: int32(0, 0),
      pad_r: int32(0, 0),
      pad_method: enumeration(0, { CONSTANT: 0 }, "CONSTANT"),
      pad_value: float(0, 0),
    }),
  },

  lower({ graph, name, param, bottoms: [bottom] }) {
    const { pad_beg, pad_end, pad_t, pad_b, pad_l, pad_r, pad_value } = param;
    const isDeepLabs = pad_beg !== 0 || pad_end !== 0;
    const sides = [pad_t, pad_b, pad_l, pad_r];
    if (isDeepLabs && (pad_value !== 0 || sides.some((extent) => extent !== 0))) {
      throw new TypeError(
        "it has pad_beg or pad_end, which pad all sides with zeros, and settings of another fork",
      );
    }
    if (isDeepLabs ? pad_beg * pad_end < 0 : sides.some((extent) => extent < 0)) {
      throw new TypeError(
        isDeepLabs
          ? `its pad_beg is ${pad_beg} and its pad_end ${pad_end}, but both must have the same sign`
          : `its padding is ${sides.join(", ")}, but must be at least 0`,
      );
    }
    const rows = isDeepLabs ? [pad_beg, pad_end] as const : [pad_t, pad_b] as const;
    const columns = isDeepLabs ? rows : [pad_l, pad_r] as const;
    if ([...rows, ...columns].every((extent) => extent === 0)) return [bottom!];
    const filling = { pad_type: "CONSTANT", pad_value } as const;
    return [padded(graph, name, bottom!, [rows, columns], filling)];
  },
});
