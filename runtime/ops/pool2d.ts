/**
 * Pooling over windows of the height and width axes.
 *
 * @module
 */
import { expectImage, type Shape, type Shape4, showShape } from "../tensor.ts";
import { type AttributesOf, boolean, integer, oneOf, type Pair, pair, sizes } from "./attribute.ts";
import { alongAxes, extentsOf } from "./conv2d/geometry.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

/** Where a maximum starts: the lowest float32, which is also the result of an empty window. */
export const lowest = -3.4028234663852886e38;

const schema = {
  /**
   * The reduction of a window: `"argmax"` is the index of the maximum in its plane, `"weighted"`
   * the mean weighted by the elements themselves.
   */
  method: oneOf(["max", "average", "argmax", "weighted"]),
  kernel: sizes([1, 1]),
  stride: sizes([1, 1]),
  /** Rows above and columns left of the input in which windows may start. */
  pad: pair([0, 0]),
  /** Whether the last window may reach past the padded input (`"ceil"`) or not (`"floor"`). */
  round: oneOf(["ceil", "floor"], "ceil"),
  /** Whether one window covers the whole plane, in place of `kernel`. */
  global: boolean(false),
  /**
   * The number of windows along each axis, which together cover the plane, in place of `kernel`,
   * `stride` and `pad`; 0 if those apply.
   */
  bins: integer(0),
};

/** Input: `[N, C, H, W]`. */
export const pool2d = defineOp({
  schema,

  shape(attributes, [input]) {
    expectImage(input!);
    const { method, bins } = attributes;
    const { kernel, pad } = windowsOf(attributes, input!);
    if (pad.some((before, axis) => before < 0 || before >= kernel[axis]!)) {
      throw new TypeError(
        bins > 0
          ? `its input ${showShape(input!)} is too small for ${bins} × ${bins} windows`
          : `its padding ${showShape(pad)} must be from 0 to below its kernel ${showShape(kernel)}`,
      );
    }
    if (method === "weighted" && (pad[0] > 0 || pad[1] > 0)) {
      throw new TypeError(`its padding is ${showShape(pad)}, but a weighted mean has none`);
    }
    return [
      input![0]!,
      input![1]!,
      windowsAlong(attributes, input!, 0),
      windowsAlong(attributes, input!, 1),
    ];
  },

  rounds(attributes, [input]) {
    const [height, width] = windowsOf(attributes, input!).kernel;
    return Math.min(height, input![2]!) * (Math.min(width, input![3]!) + 1);
  },

  reference(attributes, [input], output) {
    const { kernel, stride, pad } = windowsOf(attributes, input!.shape);
    const [, , height, width] = input!.shape as Shape4;
    const [batch, channels, rows, columns] = output.shape as Shape4;
    let i = 0;
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const y = row * stride[0] - pad[0], x = column * stride[1] - pad[1];
          // Caffe counts padding in the mean, but not what is beyond it.
          const area = (Math.min(y + kernel[0], height + pad[0]) - y) *
            (Math.min(x + kernel[1], width + pad[1]) - x);
          let largest = lowest, position = -1, sum = 0, squares = 0;
          for (let h = Math.max(y, 0); h < Math.min(y + kernel[0], height); h++) {
            for (let w = Math.max(x, 0); w < Math.min(x + kernel[1], width); w++) {
              const value = input!.data[(plane * height + h) * width + w]!;
              if (value > largest) {
                largest = value;
                position = h * width + w;
              }
              sum += value;
              squares += value * value;
            }
          }
          const results = {
            max: largest,
            average: sum / area,
            argmax: position,
            weighted: sum > 0 ? squares / sum : 0,
          };
          output.data[i++] = results[attributes.method];
        }
      }
    }
  },

  shaders(attributes, [input], output) {
    const { kernel, stride, pad } = windowsOf(attributes, input!);
    return [perElement(output, {
      code: code + results[attributes.method],
      constants: {
        ...alongAxes({ kernel, stride, pad }),
        ...extentsOf(input!, output),
      },
    })];
  },
});

export type Pool2dAttributes = AttributesOf<typeof schema>;

/** The settings with `kernel`, `stride` and `pad` resolved for a plane. */
export function windowsOf(attributes: Pool2dAttributes, input: Shape): Pool2dAttributes {
  const { global, bins } = attributes;
  const [, , height, width] = input as Shape4;
  if (global) return { ...attributes, kernel: [height, width], stride: [1, 1], pad: [0, 0] };
  if (bins <= 0) return attributes;
  const kernel: Pair = [Math.ceil(height / bins), Math.ceil(width / bins)];
  // The excess of the windows over the plane is padding, half of it before the plane.
  const before = (kernel: number, extent: number) => Math.ceil((kernel * bins - extent) / 2);
  const pad: Pair = [before(kernel[0], height), before(kernel[1], width)];
  return { ...attributes, kernel, stride: kernel, pad, round: "ceil" };
}

/** The number of windows along an axis. */
function windowsAlong(attributes: Pool2dAttributes, input: Shape, axis: 0 | 1): number {
  const { kernel, stride, pad, round } = windowsOf(attributes, input);
  const extent = input[2 + axis]!;
  const room = (extent + 2 * pad[axis] - kernel[axis]) / stride[axis];
  const windows = (round === "ceil" ? Math.ceil(room) : Math.floor(room)) + 1;
  // As in Caffe: with any padding, a last window that starts beyond the image is dropped.
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
fn invocation(i: i32) {
  let plane = i / (rows * columns);
  let y = i / columns % rows * stride_h - pad_h;
  let x = i % columns * stride_w - pad_w;

  var largest = lowest;
  var position = -1;
  var sum = 0.0;
  var squares = 0.0;
  for (var h = max(y, 0); h < min(y + kernel_h, height); h++) {
    for (var w = max(x, 0); w < min(x + kernel_w, width); w++) {
      let value = input[(plane * height + h) * width + w];
      if (value > largest) {
        largest = value;
        position = h * width + w;
      }
      sum += value;
      squares += value * value;
    }
  }
  // Caffe counts padding in the mean, but not what is beyond it.
  let area = (min(y + kernel_h, height + pad_h) - y) * (min(x + kernel_w, width + pad_w) - x);
  output[i] = result(largest, position, sum, squares, area);
}
`;

const results = {
  max: result("largest"),
  argmax: result("f32(position)"),
  average: result("sum / f32(area)"),
  weighted: result("select(0.0, squares / sum, sum > 0.0)"),
};

function result(value: string): string {
  return `fn result(largest: f32, position: i32, sum: f32, squares: f32, area: i32) -> f32 {
  return ${value};
}`;
}
