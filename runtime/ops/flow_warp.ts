/**
 * Warps an image by a flow: each pixel, or each pixel of a window, is sampled bilinearly where its
 * flow vector points.
 *
 * @module
 */
import { count, misfit, sameShape, type Shape, type Shape4 } from "../tensor.ts";
import { type AttributesOf, oneOf, pair, sizes } from "./attribute.ts";
import { alongAxes, extentsOf, windowsAlong } from "./conv2d/geometry.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

const schema = {
  /** The value where the flow points outside the image. */
  outside: oneOf(["zero", "nan"], "zero"),
  /** Height and width of a window. */
  kernel: sizes([1, 1]),
  /** The stride of windows; 0 if the flow holds absolute coordinates. */
  stride: pair([1, 1]),
  pad: pair([0, 0]),
  dilation: sizes([1, 1]),
};

/**
 * Inputs: the image `[N, C, H, W]` and the flow `[N, 2·G·kernel_h·kernel_w, rows, columns]`: for
 * each of G groups of channels and each pixel of a window, x then y. Output: `[N,
 * C·kernel_h·kernel_w, rows, columns]`.
 */
export const flowWarp = defineOp({
  schema,

  inputs: [2, 2],

  shape(attributes, [input, flow]) {
    const taps = count(attributes.kernel), groups = flow![1]! / (2 * taps);
    if (
      input!.length !== 4 ||
      !sameShape(flow!, [input![0]!, flow![1]!, ...windowsOf(attributes, input!, flow!)]) ||
      input![1]! % groups !== 0 || groups % 1 !== 0
    ) {
      throw misfit(
        [input!, flow!],
        `be images [N, C, H, W] and flows [N, ${2 * taps}, H, W]`,
      );
    }
    return [input![0]!, input![1]! * taps, flow![2]!, flow![3]!];
  },

  macs: (_, __, output) => 4 * count(output),

  reference({ outside, kernel, stride, pad, dilation }, [input, flow], output) {
    const [, channels, height, width] = input!.shape as Shape4;
    const [, , rows, columns] = output.shape as Shape4;
    const taps = count(kernel), plane = rows * columns;
    const channelsEach = channels * 2 * taps / flow!.shape[1]!;
    const { fround, floor, min } = Math;
    const mix = (a: number, b: number, part: number) => a * (1 - part) + b * part;
    for (let i = 0; i < flow!.data.length / 2; i++) {
      const pixel = i % plane, line = floor(i / plane);
      const tap = line % taps, group = floor(line / taps);
      const at = line * plane + i;
      const start_h = floor(pixel / columns) * stride[0] - pad[0];
      const start_w = pixel % columns * stride[1] - pad[1];
      const x = fround(start_w + tap % kernel[1] * dilation[1] + flow!.data[at]!);
      const y = fround(start_h + floor(tap / kernel[1]) * dilation[0] + flow!.data[at + plane]!);
      const isInside = x >= 0 && y >= 0 && x < width && y < height;
      const left = floor(x), right = min(left + 1, width - 1);
      const top = floor(y), bottom = min(top + 1, height - 1);
      for (let c = group * channelsEach; c < (group + 1) * channelsEach; c++) {
        const line = (row: number) => {
          const start = (c * height + row) * width;
          return mix(input!.data[start + left]!, input!.data[start + right]!, x - left);
        };
        output.data[(c * taps + tap) * plane + pixel] = isInside
          ? mix(line(top), line(bottom), y - top)
          : outside === "nan"
          ? NaN
          : 0;
      }
    }
  },

  shaders({ outside, kernel, stride, pad, dilation }, [input, flow], output) {
    return [perElement(output, {
      code,
      constants: {
        ...alongAxes({ kernel, stride, pad, dilation }),
        channels_each: input![1]! * 2 * count(kernel) / flow![1]!,
        ...extentsOf(input!, output),
      },
      uniforms: [outside === "nan" ? NaN : 0, 0, 0, 0],
    })];
  },
});

/** The rows and columns of windows. */
function windowsOf(attributes: AttributesOf<typeof schema>, input: Shape, flow: Shape): Shape {
  return [0, 1].map((axis) =>
    attributes.stride[axis] === 0 ? flow[2 + axis]! : windowsAlong(attributes, input, axis)
  );
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [planes, taps, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [planes, height, width]
@group(0) @binding(2) var<storage, read> flow: array<f32>;  // [groups, taps, 2, rows, columns]
@group(0) @binding(3) var<uniform> parameters: vec4f;  // what is written outside the image

// One invocation computes one element.
fn invocation(i: i32) {
  let plane = rows * columns;
  let taps = kernel_h * kernel_w;
  let pixel = i % plane;
  let tap = i / plane % taps;
  let start = i / plane / taps;
  let at = (start / channels_each * taps + tap) * 2 * plane + pixel;
  let h = pixel / columns * stride_h - pad_h + tap / kernel_w * dilation_h;
  let w = pixel % columns * stride_w - pad_w + tap % kernel_w * dilation_w;
  let x = f32(w) + flow[at];
  let y = f32(h) + flow[at + plane];
  if (!(x >= 0.0 && y >= 0.0 && x < f32(width) && y < f32(height))) {
    output[i] = parameters.x;
    return;
  }
  let left = i32(x);
  let right = min(left + 1, width - 1);
  let top = (start * height + i32(y)) * width;
  let bottom = select(top, top + width, i32(y) + 1 < height);
  let part = x - f32(left);
  let above = mix(input[top + left], input[top + right], part);
  let below = mix(input[bottom + left], input[bottom + right], part);
  output[i] = mix(above, below, fract(y));
}
`;
