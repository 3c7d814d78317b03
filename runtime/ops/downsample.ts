/**
 * FlowNet's downsampling: means of nearby pixels, with weights that fall with the distance.
 *
 * Corner pixels are aligned. NaNs are left out of a mean, unless they have more than half of its
 * weight.
 *
 * @module
 */
import { count, type Shape, type Shape4 } from "../tensor.ts";
import { pair } from "./attribute.ts";
import { alongAxes, extentsOf } from "./conv2d/geometry.ts";
import { defineOp } from "./op.ts";
import { f32, type Float, perElement } from "./shader.ts";
import { resizedShape } from "./resample.ts";
import { round, roundCode } from "./round.ts";

/** Inputs: `[N, C, H, W]` and, without `size`, an image of which only the shape matters. */
export const downsample = defineOp({
  schema: {
    /** The output's height and width; 0 means those of the second input. */
    size: pair([0, 0]),
  },

  inputs: [1, 2],

  shape({ size }, [input, like]) {
    const shape = resizedShape(size, input!, like);
    if ([2, 3].some((axis) => (shape[axis] === 1) !== (input![axis] === 1))) {
      throw new TypeError(
        `its size is ${shape[2]} × ${shape[3]}, ` +
          "but an axis must have 1 pixel in input and output or in neither",
      );
    }
    return shape;
  },

  macs: (_, [input]) => 4 * count(input!),

  rounds(_, [input], output) {
    const [height, width] = stepsOf(input!, output).map((step) => 2 * Math.ceil(step) + 1);
    return height! * (width! + 1);
  },

  reference(_, [input], output) {
    const [, , height, width] = input!.shape as Shape4;
    const [, , rows, columns] = output.shape as Shape4;
    const [step_h, step_w] = stepsOf(input!.shape, output.shape);
    const { floor, ceil, min, max, abs } = Math;
    for (let i = 0; i < output.data.length; i++) {
      const plane = floor(i / (rows * columns)) * height;
      const x = i % columns * step_w, y = floor(i / columns) % rows * step_h;
      const x_end = min(round(x) + ceil(step_w), width - 1);
      const y_end = min(round(y) + ceil(step_h), height - 1);
      let sum = 0, total = 0, lost = 0;
      for (let h = max(round(y) - ceil(step_h), 0); h <= y_end; h++) {
        for (let w = max(round(x) - ceil(step_w), 0); w <= x_end; w++) {
          const value = input!.data[(plane + h) * width + w]!;
          const weight = max(0, 1 - abs(w - x) / step_w) * max(0, 1 - abs(h - y) / step_h);
          if (Number.isNaN(value)) {
            lost += weight;
          } else {
            sum += value * weight;
            total += weight;
          }
        }
      }
      output.data[i] = lost > 0.5 * total ? NaN : sum / total;
    }
  },

  shaders(_, [input], output) {
    const steps = stepsOf(input!, output);
    return [perElement(output, {
      code: code + roundCode,
      constants: {
        ...extentsOf(input!, output),
        ...alongAxes<number | Float>({ step: steps.map(f32), reach: steps.map(Math.ceil) }),
      },
      uniforms: [NaN, 0, 0, 0],
      reads: [0],
    })];
  },
});

/** The distance between rows and between columns of the output, in pixels of the input. */
export function stepsOf(input: Shape, output: Shape): readonly [number, number] {
  const step = (axis: number) =>
    output[axis] === 1 ? 1 : Math.fround((input[axis]! - 1) / (output[axis]! - 1));
  return [step(2), step(3)];
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [planes, rows, columns]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [planes, height, width]
@group(0) @binding(2) var<uniform> parameters: vec4f;  // what is written where there is no number

// By its bits, since a compiler may assume that no number is NaN.
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }

// One invocation computes one element of the output.
fn invocation(i: i32) {
  let plane = i / (rows * columns) * height;
  let x = f32(i % columns) * step_w;
  let y = f32(i / columns % rows) * step_h;
  let middle_x = i32(round_away(x));
  let middle_y = i32(round_away(y));
  var sum = 0.0;
  var total = 0.0;
  var lost = 0.0;
  for (var h = max(middle_y - reach_h, 0); h <= min(middle_y + reach_h, height - 1); h++) {
    for (var w = max(middle_x - reach_w, 0); w <= min(middle_x + reach_w, width - 1); w++) {
      let value = input[(plane + h) * width + w];
      let weight = max(0.0, 1.0 - abs(f32(w) - x) / step_w) *
        max(0.0, 1.0 - abs(f32(h) - y) / step_h);
      if (is_nan(value)) {
        lost += weight;
      } else {
        sum += value * weight;
        total += weight;
      }
    }
  }
  output[i] = select(sum / total, parameters.x, lost > 0.5 * total);
}
`;
