/**
 * Pooling over windows of the height and width axes.
 *
 * @module
 */
import { count, type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, boolean, oneOf, pair, sizes } from "./attribute.ts";
import { defineOp, spread } from "./op.ts";

/** Where a maximum starts: the lowest float32, which is also what an empty window gives. */
const lowest = -3.4028234663852886e38;

const schema = {
  /** What is kept of a window: `"argmax"` is the position of the maximum in its plane. */
  method: oneOf(["max", "average", "argmax"]),
  kernel: sizes([1, 1]),
  stride: sizes([1, 1]),
  /** Rows above and columns left of the input that windows may start in. */
  pad: pair([0, 0]),
  /** Whether the last window may reach past the padded input (`"ceil"`) or not (`"floor"`). */
  round: oneOf(["ceil", "floor"], "ceil"),
  /** Whether one window covers the whole plane, whatever `kernel` says. */
  global: boolean(false),
};

/** Input: `[N, C, H, W]`. */
export const pool2d = defineOp({
  schema,

  shape(attributes, [input]) {
    if (input!.length !== 4) {
      throw new TypeError(`its input is ${showShape(input!)}, not an image [N, C, H, W]`);
    }
    const { kernel, pad } = windowsOf(attributes, input!);
    if (pad[0] >= kernel[0] || pad[1] >= kernel[1]) {
      throw new TypeError(
        `its padding ${showShape(pad)} must be smaller than its kernel ${showShape(kernel)}`,
      );
    }
    return [input![0]!, input![1]!, along(attributes, input!, 0), along(attributes, input!, 1)];
  },

  reference(attributes, [input], output) {
    const { kernel, stride, pad } = windowsOf(attributes, input!.shape);
    const [, , height, width] = input!.shape as [number, number, number, number];
    const [batch, channels, rows, columns] = output.shape as [number, number, number, number];
    let i = 0;
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const y = row * stride[0] - pad[0], x = column * stride[1] - pad[1];
          // Caffe counts the padding in the mean, but not what lies beyond it.
          const area = (Math.min(y + kernel[0], height + pad[0]) - y) *
            (Math.min(x + kernel[1], width + pad[1]) - x);
          let largest = lowest, position = -1, sum = 0;
          for (let h = Math.max(y, 0); h < Math.min(y + kernel[0], height); h++) {
            for (let w = Math.max(x, 0); w < Math.min(x + kernel[1], width); w++) {
              const value = input!.data[(plane * height + h) * width + w]!;
              if (value > largest) {
                largest = value;
                position = h * width + w;
              }
              sum += value;
            }
          }
          output.data[i++] = { max: largest, average: sum / area, argmax: position }[
            attributes.method
          ];
        }
      }
    }
  },

  shaders(attributes, [input], output) {
    const { kernel, stride, pad } = windowsOf(attributes, input!);
    return [{
      code: code + results[attributes.method],
      constants: {
        kernel_h: kernel[0],
        kernel_w: kernel[1],
        stride_h: stride[0],
        stride_w: stride[1],
        pad_h: pad[0],
        pad_w: pad[1],
        height: input![2]!,
        width: input![3]!,
        rows: output[2]!,
        columns: output[3]!,
        count: count(output),
      },
      workgroups: spread(count(output)),
    }];
  },
});

type Pool2dAttributes = AttributesOf<typeof schema>;

/** The settings with the whole plane as the kernel of a global pooling. */
function windowsOf(attributes: Pool2dAttributes, input: Shape): Pool2dAttributes {
  if (!attributes.global) return attributes;
  return { ...attributes, kernel: [input[2]!, input[3]!], stride: [1, 1], pad: [0, 0] };
}

/** How many windows fit along an axis. */
function along(attributes: Pool2dAttributes, input: Shape, axis: 0 | 1): number {
  const { kernel, stride, pad, round } = windowsOf(attributes, input);
  const extent = input[2 + axis]!;
  const room = (extent + 2 * pad[axis] - kernel[axis]) / stride[axis];
  const windows = (round === "ceil" ? Math.ceil(room) : Math.floor(room)) + 1;
  // With padding on either axis, a last window that starts in the padding after the image is lost.
  const padded = pad[0] > 0 || pad[1] > 0;
  const kept = padded && (windows - 1) * stride[axis] >= extent + pad[axis] ? windows - 1 : windows;
  if (kept < 1) {
    throw new TypeError(
      `its kernel ${showShape(kernel)} does not fit into its input ${showShape(input)}`,
    );
  }
  return kept;
}

const code = /* wgsl */ `
const lowest = -0x1.fffffep+127f;

@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, C, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N, C, height, width]

// One invocation computes one element of the output.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  let plane = i / (rows * columns);
  let y = i / columns % rows * stride_h - pad_h;
  let x = i % columns * stride_w - pad_w;

  var largest = lowest;
  var position = -1;
  var sum = 0.0;
  for (var h = max(y, 0); h < min(y + kernel_h, height); h++) {
    for (var w = max(x, 0); w < min(x + kernel_w, width); w++) {
      let value = input[(plane * height + h) * width + w];
      if (value > largest) {
        largest = value;
        position = h * width + w;
      }
      sum += value;
    }
  }
  // Caffe counts the padding in the mean, but not what lies beyond it.
  let area = (min(y + kernel_h, height + pad_h) - y) * (min(x + kernel_w, width + pad_w) - x);
  output[i] = result(largest, position, sum, area);
}
`;

const results = {
  max: `fn result(largest: f32, position: i32, sum: f32, area: i32) -> f32 { return largest; }`,
  argmax: `fn result(largest: f32, position: i32, sum: f32, area: i32) -> f32 {
  return f32(position);
}`,
  average: `fn result(largest: f32, position: i32, sum: f32, area: i32) -> f32 {
  return sum / f32(area);
}`,
};
