/**
 * LinearSum, FilterSum and WordSum, against the loops of their forks.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer } from "./harness.ts";

/** The sum of a function of 0, 1 … */
function sumOf(count: number, term: (i: number) => number): number {
  return Array.from({ length: count }, (_, i) => term(i)).reduce((a, b) => a + b, 0);
}

const image = numbers([2, 3, 4, 5], 1), plane = numbers([2, 1, 4, 5], 2);
const sums = tensorOf(
  [2, 3],
  (n, c) => sumOf(20, (i) => at(image, n!, c!, 0, i) * at(plane, n!, 0, 0, i)),
);

testEverywhere("LinearSum and FilterSum weigh an image by its own attention", {
  text: `
    input: "image" input_shape { dim: 2 dim: 3 dim: 4 dim: 5 }
    input: "plane" input_shape { dim: 2 dim: 1 dim: 4 dim: 5 }
    layer { name: "sums" type: "LinearSum" bottom: "image" bottom: "plane" top: "sums" }
    layer { name: "map" type: "FilterSum" bottom: "image" bottom: "sums" top: "map" }`,
  inputs: [image, plane],
  outputs: [tensorOf(
    [2, 1, 4, 5],
    (n, _, h, w) => sumOf(3, (c) => at(image, n!, c, h!, w!) * at(sums, n!, c)),
  )],
});

const words = numbers([2, 4, 5], 3), weights = numbers([3, 4], 4), biases = numbers([15], 5);
const summed = tensorOf(
  [2, 3, 5],
  (n, k, e) => sumOf(4, (m) => at(weights, k!, m) * at(words, n!, m, e!)),
);

for (const hasBias of [true, false]) {
  testEverywhere(`WordSum ${hasBias ? "adds a bias for each element" : "without biases"}`, {
    text: `input: "words" input_shape { dim: 2 dim: 4 dim: 5 }
      layer { name: "sum" type: "WordSum" bottom: "words" top: "sum"
        word_sum_param { num_output: 3 bias_term: ${hasBias} } }`,
    inputs: [words],
    blobs: { "sum:0": weights, ...hasBias && { "sum:1": biases } },
    outputs: [
      hasBias
        ? tensorOf([2, 3, 5], (n, k, e) => at(summed, n!, k!, e!) + at(biases, k! * 5 + e!))
        : summed,
    ],
  });
}

Deno.test("sums refuse bottoms that do not fit", () => {
  const run = (type: string, ...given: Tensor[]) =>
    runLayer(
      netLayer(type, { ...type === "WordSum" && { num_output: 1 } }, {
        bottoms: given.map((_, i) => `${i}`),
      }),
      given,
    );
  assert.throws(() => run("LinearSum", image, image), {
    message: "its bottoms are [2, 3, 4, 5] and [2, 3, 4, 5], but they must be an image " +
      "[N, C, H, W] and weights [N, 1, H, W]",
  });
  assert.throws(() => run("FilterSum", image, plane), {
    message: "its bottoms are [2, 3, 4, 5] and [2, 1, 4, 5], but they must be an image " +
      "[N, C, H, W] and weights [N, C]",
  });
  assert.throws(() => run("WordSum", image), {
    message: "its bottom is [2, 3, 4, 5], but it must be [N, M, E]",
  });
});
