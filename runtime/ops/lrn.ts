/**
 * Local response normalisation: divides by a power of the energy in a neighbourhood.
 *
 * @see https://papers.nips.cc/paper/4824 section 3.3
 *
 * @module
 */
import { expectImage, type Shape4 } from "../tensor.ts";
import { number, oneOf, size } from "./attribute.ts";
import { extentsOf } from "./conv2d/geometry.ts";
import { defineOp } from "./op.ts";
import { f32, perElement } from "./shader.ts";

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
    const [batch, channels, height, width] = input!.shape as Shape4;
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

  shaders({ region, size, alpha, beta, k }, [input], output) {
    const isAcross = region === "across";
    return [perElement(output, {
      code: code + (isAcross ? across : within),
      constants: {
        ...extentsOf(input!, output),
        channels: input![1]!,
        reach: (size - 1) / 2,
        alpha: f32(alpha / (isAcross ? size : size ** 2)),
        beta: f32(beta),
        k: f32(isAcross ? k : 1),
      },
    })];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [N, C, H, W]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [N, C, H, W]

const plane = height * width;

// One invocation computes one element of the output.
fn invocation(i: i32) { output[i] = input[i] * pow(k + alpha * energy(i), -beta); }

fn square(i: i32) -> f32 { return input[i] * input[i]; }
`;

const across = /* wgsl */ `
fn energy(i: i32) -> f32 {
  let c = i / plane % channels;
  var sum = 0.0;
  for (var other = max(c - reach, 0); other <= min(c + reach, channels - 1); other++) {
    sum += square(i + (other - c) * plane);
  }
  return sum;
}
`;

const within = /* wgsl */ `
fn energy(i: i32) -> f32 {
  let y = i / width % height;
  let x = i % width;
  var sum = 0.0;
  for (var h = max(y - reach, 0); h <= min(y + reach, height - 1); h++) {
    for (var w = max(x - reach, 0); w <= min(x + reach, width - 1); w++) {
      sum += square(i + (h - y) * width + w - x);
    }
  }
  return sum;
}
`;
