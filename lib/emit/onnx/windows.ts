/**
 * Convolutions in ONNX's operators.
 *
 * @module
 */
import type { Shape4 } from "../../../runtime/tensor.ts";
import type { Entry } from "./entry.ts";

/** The settings common to all convolutions. */
interface Settings {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly dilation: readonly number[];
  readonly group: number;
}

function settingsOf({ kernel, stride, pad, dilation, group }: Settings) {
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: stride },
    pads: { ints: [...pad, ...pad] },
    dilations: { ints: dilation },
    group: { i: group },
  };
}

/** Images and volumes alike. */
export const conv: Entry<"conv2d" | "conv3d"> = ({ onnx, attributes, inputs, shape }) =>
  onnx.node("Conv", inputs, shape, settingsOf(attributes));

export const deconv2d: Entry<"deconv2d"> = ({ onnx, attributes, inputs, shape }) =>
  onnx.node("ConvTranspose", inputs, shape, settingsOf(attributes));

/** The taps of each window as channels, ordered by input channel. */
export const im2col: Entry<"im2col"> = ({ onnx, attributes, inputs: [x], shape }) => {
  const { kernel, stride, pad, dilation } = attributes;
  const [batch, , rows, columns] = shape as Shape4;
  const wide = onnx.padImages(x!, [pad[0], pad[0]], [pad[1], pad[1]]);
  const along = (axis: 0 | 1, tap: number, windows: number) => {
    const start = tap * dilation[axis];
    const end = start + (windows - 1) * stride[axis] + 1;
    return { axis: 2 + axis, start, end, step: stride[axis] };
  };
  const taps = Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const pixels = onnx.slice(wide, [
      along(0, Math.floor(tap / kernel[1]), rows),
      along(1, tap % kernel[1], columns),
    ]);
    return onnx.reshape(pixels, [batch, x!.shape[1]!, 1, rows, columns]);
  });
  return onnx.reshape(onnx.concat(taps, 2), shape);
};
