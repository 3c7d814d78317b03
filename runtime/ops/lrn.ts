/**
 * Local response normalisation: divides by a power of the energy in a neighbourhood.
 *
 * @see https://papers.nips.cc/paper/4824 section 3.3
 *
 * @module
 */
import { expectImage } from "../tensor.ts";
import { number, oneOf, size } from "./attribute.ts";
import { defineOp, f32, perElement } from "./op.ts";

/** Input: `[N, C, H, W]`. */
export const lrn = defineOp({
  schema: {
    /** Whether the neighbourhood spans channels at one pixel, or pixels of one channel. */
    region: oneOf(["across", "within"], "across"),
    /** The extent of the neighbourhood, in channels or in rows and columns; odd. */
    size: size(5),
    alpha: number(1),
    beta: number(0.75),
    /** The constant added to the energy across channels; within a channel it is 1. */
    k: number(1),
  },

  shape({ size }, [input]) {
    expectImage(input!);
    if (size % 2 === 0) throw new TypeError(`its size is ${size}, but it must be odd`);
    return input!;
  },

  reference({ region, size, alpha, beta, k }, [input], output) {
    const [batch, channels, height, width] = input!.shape as [number, number, number, number];
    const reach = (size - 1) / 2;
    const [base, area] = region === "across" ? [k, size] : [1, size * size];
    const plane = height * width;
    const square = (i: number) => input!.data[i]! * input!.data[i]!;
    let i = 0;
    for (let n = 0; n < batch; n++) {
      for (let c = 0; c < channels; c++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++, i++) {
            let energy = 0;
            if (region === "across") {
              const last = Math.min(c + reach, channels - 1);
              for (let other = Math.max(c - reach, 0); other <= last; other++) {
                energy += square(i + (other - c) * plane);
              }
            } else {
              for (let h = Math.max(y - reach, 0); h <= Math.min(y + reach, height - 1); h++) {
                for (let w = Math.max(x - reach, 0); w <= Math.min(x + reach, width - 1); w++) {
                  energy += square(i + (h - y) * width + w - x);
                }
              }
            }
            output.data[i] = input!.data[i]! * (base + alpha / area * energy) ** -beta;
          }
        }
      }
    }
  },

  shaders: ({ region, size, alpha, beta, k }, [input], output) => [perElement(output, {
    code: region === "across" ? across : within,
    constants: {
      reach: (size - 1) / 2,
      ...(region === "across"
        ? { k: f32(k), channels: input![1]!, alpha: f32(alpha / size) }
        : { height: input![2]!, width: input![3]!, alpha: f32(alpha / size ** 2) }),
      beta: f32(beta),
      plane: input![2]! * input![3]!,
    },
  })],
});

const bindings = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, C, H, W]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N, C, H, W]
`;

const across = /* wgsl */ `${bindings}
// One invocation computes one element of the output.
fn invocation(i: i32) {
  let c = i / plane % channels;
  var energy = 0.0;
  for (var other = max(c - reach, 0); other <= min(c + reach, channels - 1); other++) {
    let value = input[i + (other - c) * plane];
    energy += value * value;
  }
  output[i] = input[i] * pow(k + alpha * energy, -beta);
}
`;

const within = /* wgsl */ `${bindings}
// One invocation computes one element of the output.
fn invocation(i: i32) {
  let y = i / width % height;
  let x = i % width;
  var energy = 0.0;
  for (var h = max(y - reach, 0); h <= min(y + reach, height - 1); h++) {
    for (var w = max(x - reach, 0); w <= min(x + reach, width - 1); w++) {
      let value = input[i / plane * plane + h * width + w];
      energy += value * value;
    }
  }
  output[i] = input[i] * pow(1.0 + alpha * energy, -beta);
}
`;
