/**
 * FlowNet's correlation: compares windows of an image with displaced windows of another.
 *
 * @see https://arxiv.org/abs/1504.06852
 *
 * @module
 */
import { count, misfit, sameShape, type Shape4, showShape } from "../tensor.ts";
import { type AttributesOf, boolean, integer, oneOf, size } from "./attribute.ts";
import { extentsOf } from "./conv2d/geometry.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

const schema = {
  /** What is averaged over a window and the channels: products, or absolute differences. */
  compare: oneOf(["product", "difference"], "product"),
  /** The extent of a window; odd. */
  kernel: size(1),
  /** The zero padding of both images. */
  pad: integer(0),
  /** The largest displacement, in pixels. */
  displacement: integer(),
  /** The stride of windows in the first image. */
  stride: size(1),
  /** The stride of displacements. */
  step: size(1),
  /** Whether displacements are along x only; then only columns are padded. */
  flat: boolean(false),
};

type CorrelationAttributes = AttributesOf<typeof schema>;

/** Inputs: two images `[N, C, H, W]` of one shape. Output: a channel a displacement, x fastest. */
export const correlation = defineOp({
  schema,

  inputs: [2, 2],

  shape(attributes, [first, second]) {
    const { kernel, pad, displacement, stride, flat } = attributes;
    if (first!.length !== 4 || !sameShape(first!, second!)) {
      throw misfit([first!, second!], "be two images [N, C, H, W] of one shape");
    }
    if (kernel % 2 === 0 || pad < 0 || displacement < 0) {
      throw new TypeError(
        `its kernel is ${kernel}, its pad ${pad} and its displacement ${displacement}, but the ` +
          "kernel must be odd, and the others 0 or more",
      );
    }
    const along = (extent: number, beyond: number) =>
      Math.ceil((extent + 2 * beyond - kernel + 1) / stride);
    const beyond = pad - displacement;
    const rows = along(first![2]!, flat ? 0 : beyond), columns = along(first![3]!, beyond);
    if (rows < 1 || columns < 1) {
      throw new TypeError(
        `its kernel ${kernel} and displacement ${displacement} do not fit into ` +
          showShape(first!),
      );
    }
    return [first![0]!, sideOf(attributes) ** (flat ? 1 : 2), rows, columns];
  },

  macs: ({ kernel }, [first], output) => count(output) * first![1]! * kernel ** 2,

  rounds: ({ kernel }, [first]) => first![1]! * (1 + kernel * (kernel + 1)),

  reference(attributes, [first, second], output) {
    const { compare, kernel, pad, displacement, stride, step, flat } = attributes;
    const [, channels, height, width] = first!.shape as Shape4;
    const [, displacements, rows, columns] = output.shape as Shape4;
    const side = sideOf(attributes), radius = (side - 1) / 2;
    for (let i = 0; i < output.data.length; i++) {
      const x = i % columns * stride + displacement - pad;
      const y = Math.floor(i / columns) % rows * stride + (flat ? 0 : displacement - pad);
      const d = Math.floor(i / (columns * rows)) % displacements;
      const n = Math.floor(i / (columns * rows * displacements));
      const dx = (d % side - radius) * step;
      const dy = flat ? 0 : (Math.floor(d / side) - radius) * step;
      let sum = 0;
      for (let c = 0; c < channels; c++) {
        const at = ({ data }: { data: Float32Array }, h: number, w: number) =>
          h >= 0 && h < height && w >= 0 && w < width
            ? data[((n * channels + c) * height + h) * width + w]!
            : 0;
        for (let h = y; h < y + kernel; h++) {
          for (let w = x; w < x + kernel; w++) {
            const a = at(first!, h, w), b = at(second!, h + dy, w + dx);
            sum += compare === "product" ? a * b : Math.abs(a - b);
          }
        }
      }
      output.data[i] = sum / (channels * kernel ** 2);
    }
  },

  shaders(attributes, [first], output) {
    const { compare, kernel, pad, displacement, stride, step, flat } = attributes;
    return [perElement(output, {
      code: code + comparisons[compare],
      constants: {
        kernel,
        start: displacement - pad,
        flat,
        displacements: output[1]!,
        stride,
        step_between: step,
        side: sideOf(attributes),
        channels: first![1]!,
        ...extentsOf(first!, output),
      },
    })];
  },
});

/** The number of displacements along an axis. */
export function sideOf({ displacement, step }: CorrelationAttributes): number {
  return 2 * Math.floor(displacement / step) + 1;
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, displacements, rows, columns]
@group(0) @binding(1) var<storage, read> first: array<f32>;   // [N, channels, height, width]
@group(0) @binding(2) var<storage, read> second: array<f32>;  // [N, channels, height, width]

fn is_inside(h: i32, w: i32) -> bool { return h >= 0 && h < height && w >= 0 && w < width; }

// One invocation compares one pair of windows.
fn invocation(i: i32) {
  let x = i % columns * stride + start;
  let y = i / columns % rows * stride + select(start, 0, flat);
  let d = i / (columns * rows) % displacements;
  let n = i / (columns * rows * displacements);
  let dx = (d % side - side / 2) * step_between;
  let dy = select((d / side - side / 2) * step_between, 0, flat);
  var sum = 0.0;
  for (var c = 0; c < channels; c++) {
    let plane = (n * channels + c) * height;
    for (var h = y; h < y + kernel; h++) {
      for (var w = x; w < x + kernel; w++) {
        var a = 0.0;
        var b = 0.0;
        if (is_inside(h, w)) { a = first[(plane + h) * width + w]; }
        if (is_inside(h + dy, w + dx)) { b = second[(plane + h + dy) * width + w + dx]; }
        sum += compare(a, b);
      }
    }
  }
  output[i] = sum / f32(channels * kernel * kernel);
}
`;

const comparisons = {
  product: `fn compare(a: f32, b: f32) -> f32 { return a * b; }\n`,
  difference: `fn compare(a: f32, b: f32) -> f32 { return abs(a - b); }\n`,
};
