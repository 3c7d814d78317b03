/**
 * ReshapeBlock and MultiSoftmax, against plain loops.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { Random } from "../random.ts";
import { netLayer, runLayer, testLayer } from "./harness.ts";

function random(seed: number, ...shape: number[]): Tensor {
  const numbers = new Random(seed), size = shape.reduce((a, b) => a * b);
  return { shape, data: Float32Array.from({ length: size }, () => numbers.next() * 4 - 2) };
}

const [channels, height, width] = [3, 4, 2];
const block = {
  new_channel: channels,
  new_height: height,
  new_width: width,
  new_patch_height: height,
  new_patch_width: width,
};
const values = random(1, 2, channels * height * width);

/** The values as an image: they go through the channels first, then down, then to the right. */
function image({ data }: Tensor): Tensor {
  const result = new Float32Array(data.length);
  let next = 0;
  for (let n = 0; n < 2; n++) {
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) {
        for (let c = 0; c < channels; c++) {
          result[((n * channels + c) * height + y) * width + x] = data[next++]!;
        }
      }
    }
  }
  return { shape: [2, channels, height, width], data: result };
}

testLayer("ReshapeBlock", [{
  does: "makes an image of values in MATLAB's order",
  param: block,
  bottoms: [values],
  tops: [image(values)],
}]);

testLayer("Reshape", [{
  does: "is ReshapeBlock with its settings",
  param: block,
  bottoms: [values],
  tops: [image(values)],
}]);

Deno.test("ReshapeBlock refuses several patches, and other numbers of values", () => {
  const refused = (param: Record<string, unknown>) =>
    runLayer(netLayer("ReshapeBlock", { ...block, ...param }), [values]);
  assert.throws(() => refused({ new_patch_width: 1 }), {
    message: "its patches are 4 × 1, but only one patch, the whole top of 4 × 2, is supported",
  });
  assert.throws(() => refused({ new_channel: 2 }), {
    message:
      "its bottom is [2, 24], but must have 16 values a sample, for 2 channels of 4 × 2 pixels",
  });
});

/** Softmax of runs of values that are `step` apart. */
function softmax({ shape, data }: Tensor, length: number, step: number): Tensor {
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const start = i - (Math.floor(i / step) % length) * step;
    const run = Array.from({ length }, (_, j) => Math.exp(data[start + j * step]!));
    result[i] = Math.exp(data[i]!) / run.reduce((a, b) => a + b);
  }
  return { shape, data: result };
}

const pixels = random(2, 2, 5, 2, 3), runs = random(3, 2, 12);

testLayer("MultiSoftmax", [{
  does: "normalises the channels at each position",
  bottoms: [pixels],
  tops: [softmax(pixels, 5, 6)],
}, {
  does: "normalises each run of num_label values",
  param: { num_label: 4 },
  bottoms: [runs],
  tops: [softmax(runs, 4, 1)],
}]);

Deno.test("MultiSoftmax refuses a num_label that does not divide its bottom", () => {
  assert.throws(() => runLayer(netLayer("MultiSoftmax", { num_label: 5 }), [runs]), {
    message: "its bottom is [2, 12], whose samples do not divide into runs of num_label: 5",
  });
});
