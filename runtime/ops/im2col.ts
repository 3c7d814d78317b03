/**
 * im2col: unrolls the windows of an image into channels.
 *
 * @module
 */
import { expectImage, type Shape4 } from "../tensor.ts";
import { pair, sizes } from "./attribute.ts";
import { alongAxes, extentsOf, windowCounts } from "./conv2d/geometry.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

/** Input: `[N, C, H, W]`. Output: `[N, C·kernel_h·kernel_w, rows, columns]`; padding is zero. */
export const im2col = defineOp({
  schema: {
    kernel: sizes(),
    stride: sizes([1, 1]),
    pad: pair([0, 0]),
    dilation: sizes([1, 1]),
  },

  shape(attributes, [input]) {
    expectImage(input!);
    const [kernel_h, kernel_w] = attributes.kernel;
    return [
      input![0]!,
      input![1]! * kernel_h * kernel_w,
      ...windowCounts(attributes, input!),
    ];
  },

  reference({ kernel, stride, pad, dilation }, [input], output) {
    const [, , height, width] = input!.shape as Shape4;
    const [batch, taps, rows, columns] = output.shape as Shape4;
    const [kernel_h, kernel_w] = kernel;
    let i = 0;
    for (let tap = 0; tap < batch * taps; tap++) {
      const plane = Math.floor(tap / (kernel_h * kernel_w));
      const h = Math.floor(tap / kernel_w) % kernel_h * dilation[0] - pad[0];
      const w = tap % kernel_w * dilation[1] - pad[1];
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const y = row * stride[0] + h, x = column * stride[1] + w;
          const isInside = y >= 0 && y < height && x >= 0 && x < width;
          output.data[i++] = isInside ? input!.data[(plane * height + y) * width + x]! : 0;
        }
      }
    }
  },

  shaders({ kernel, stride, pad, dilation }, [input], output) {
    return [perElement(output, {
      code,
      constants: {
        ...alongAxes({ kernel, stride, pad, dilation }),
        ...extentsOf(input!, output),
      },
    })];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N·C, taps, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N·C, height, width]

// One invocation copies one element.
fn invocation(i: i32) {
  let tap = i / (rows * columns);
  let plane = tap / (kernel_h * kernel_w);
  let h = tap / kernel_w % kernel_h * dilation_h - pad_h;
  let w = tap % kernel_w * dilation_w - pad_w;
  let y = i / columns % rows * stride_h + h;
  let x = i % columns * stride_w + w;
  var value = 0.0;
  if (y >= 0 && y < height && x >= 0 && x < width) {
    value = input[(plane * height + y) * width + x];
  }
  output[i] = value;
}
`;
