/**
 * Pad: puts zeros around an image, as many on each side as it says.
 *
 * A depthwise convolution with one weight pads both sides alike; what is too much is cut off.
 *
 * @module
 */
import { enumeration, float, int32, message } from "../../../proto/message.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const pad = defineLayer({
  type: "Pad",
  ops: ["conv2d", "slice"],
  param: {
    name: "pad_param",
    number: 504,
    message: message("PadParameter", {
      pad_type: enumeration(1, { CONSTANT: 0, REPLICATE: 1, REFLECT: 2 }, "CONSTANT"),
      pad_u: int32(2, 0),
      pad_d: int32(3, 0),
      pad_l: int32(4, 0),
      pad_r: int32(5, 0),
      pad_value: float(6, 0),
    }),
  },

  lower({ graph, name, param, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    const { pad_type, pad_u, pad_d, pad_l, pad_r, pad_value } = param;
    const sides = [pad_u, pad_d, pad_l, pad_r];
    if (pad_type !== "CONSTANT" || pad_value !== 0 || sides.some((side) => side < 0)) {
      throw new TypeError(
        `its pad_type is ${pad_type}, its pad_value ${pad_value} and its sides ${
          sides.join(", ")
        }; ` +
          "only zeros can be put around an image here",
      );
    }
    const channels = bottom!.shape[1]!;
    const most = [Math.max(pad_u, pad_d), Math.max(pad_l, pad_r)] as const;
    const ones = { shape: [channels, 1, 1, 1], data: new Float32Array(channels).fill(1) };
    const framed = apply(graph, "conv2d", `${name}/framed`, [
      bottom!,
      graph.constant(`${name}/ones`, ones),
    ], { output: channels, kernel: [1, 1], pad: most, group: channels, bias: false });
    // An end of 0 is that of the axis.
    const rows = { axis: 2, start: most[0] - pad_u, end: pad_d - most[0] };
    const columns = { axis: 3, start: most[1] - pad_l, end: pad_r - most[1] };
    const high = apply(graph, "slice", `${name}/rows`, [framed], rows);
    return [apply(graph, "slice", name, [high], columns)];
  },
});
