/**
 * Convolution over the height and width axes.
 *
 * @module
 */
import { count, expectGroups, expectShape, type Shape, showShape } from "../../tensor.ts";
import { finishReference } from "../epilogue.ts";
import { defineOp } from "../op.ts";
import { type Conv2dAttributes, schema } from "./attributes.ts";
import { direct } from "./direct.ts";

/** Inputs: `[N, C, H, W]`, weights `[output, C/group, kernel…]`, biases `[output]`. */
export const conv2d = defineOp({
  schema,

  parameters: ({ bias }) => bias ? ["weights", "biases"] : ["weights"],

  shape(attributes, [input, weights, biases]) {
    const { output, kernel, group, bias } = attributes;
    if (input!.length !== 4) {
      throw new TypeError(`its input is ${showShape(input!)}, not an image [N, C, H, W]`);
    }
    expectGroups(input![1]!, output, group);
    expectShape("weights", weights!, [output, input![1]! / group, ...kernel]);
    if (bias && count(biases!) !== output) expectShape("biases", biases!, [output]);
    return [input![0]!, output, along(attributes, input!, 0), along(attributes, input!, 1)];
  },

  macs: (_, [, weights], output) => count(output) * count(weights!.slice(1)),

  reference(attributes, inputs, output) {
    const [input, weights, biases] = inputs;
    const { kernel, stride, pad, dilation, group, bias } = attributes;
    const [batch, channels, height, width] = input!.shape as [number, number, number, number];
    const [, outputs, rows, columns] = output.shape as [number, number, number, number];
    const groupInputs = channels / group, groupOutputs = outputs / group;
    const sums = new Float64Array(rows * columns);
    for (let n = 0; n < batch; n++) {
      for (let o = 0; o < outputs; o++) {
        sums.fill(bias ? biases!.data[o]! : 0);
        for (let c = 0; c < groupInputs; c++) {
          const channel = Math.floor(o / groupOutputs) * groupInputs + c;
          const image = (n * channels + channel) * height * width;
          for (let h = 0; h < kernel[0]; h++) {
            const [top, bottom] = inside(h * dilation[0] - pad[0], stride[0], height, rows);
            for (let w = 0; w < kernel[1]; w++) {
              const [left, right] = inside(w * dilation[1] - pad[1], stride[1], width, columns);
              const weight = weights!
                .data[((o * groupInputs + c) * kernel[0] + h) * kernel[1] + w]!;
              for (let row = top; row < bottom; row++) {
                const y = row * stride[0] - pad[0] + h * dilation[0];
                const line = image + y * width - pad[1] + w * dilation[1];
                for (let column = left; column < right; column++) {
                  sums[row * columns + column]! += weight *
                    input!.data[line + column * stride[1]]!;
                }
              }
            }
          }
        }
        output.data.set(sums, (n * outputs + o) * rows * columns);
      }
    }
    finishReference(attributes, output.data, inputs);
  },

  shaders: (attributes, inputs, output) => [direct(attributes, inputs, output)],
});

/** How many windows fit along an axis: the last one ends inside the padded image. */
export function along(
  { kernel, stride, pad, dilation }: Pick<
    Conv2dAttributes,
    "kernel" | "stride" | "pad" | "dilation"
  >,
  input: Shape,
  axis: 0 | 1,
): number {
  const extent = dilation[axis] * (kernel[axis] - 1) + 1;
  const padded = input[2 + axis]! + 2 * pad[axis];
  if (padded < extent) {
    throw new TypeError(
      `its kernel spans ${extent} ${axis === 0 ? "rows" : "columns"}, but the padded input ` +
        `has only ${padded}`,
    );
  }
  return Math.floor((padded - extent) / stride[axis]) + 1;
}

/** The windows, from first to one past the last, whose tap at `offset` falls inside the image. */
export function inside(
  offset: number,
  stride: number,
  extent: number,
  windows: number,
): [first: number, end: number] {
  const first = Math.max(0, Math.ceil(-offset / stride));
  const end = Math.min(windows, Math.floor((extent - 1 - offset) / stride) + 1);
  return [first, end];
}
