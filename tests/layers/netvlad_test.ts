/**
 * Netvlad, Intranorm and Spfilter, against the loops of their fork.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer } from "./harness.ts";

const parts = numbers([2, 3, 2, 5], 1), features = numbers([2, 4, 2, 5], 2);
const centres = numbers([3, 4], 3), selector = numbers([2, 1, 2, 5], 4);

/** The parts, times the selector. */
const filtered = tensorOf(
  [2, 3, 2, 5],
  (n, k, h, w) => at(parts, n!, k!, h!, w!) * at(selector, n!, 0, h!, w!),
);

/** Cluster by cluster, the features and its centre, summed with the weights of its part. */
const sums = tensorOf([2, 12], (n, i) => {
  const k = Math.floor(i! / 4), d = i! % 4;
  let sum = 0;
  for (let p = 0; p < 10; p++) {
    sum += at(filtered, n!, k, 0, p) * (at(features, n!, d, 0, p) + at(centres, k, d));
  }
  return sum;
});

const normalized = tensorOf([2, 12], (n, i) => {
  let squares = 1e-12;
  for (let d = 0; d < 4; d++) squares += at(sums, n!, i! - i! % 4 + d) ** 2;
  return at(sums, n!, i!) * squares ** -0.5;
});

const networkOf = (selected: string) => `
  input: "parts" input_shape { dim: 2 dim: 3 dim: 2 dim: 5 }
  input: "features" input_shape { dim: 2 dim: 4 dim: 2 dim: 5 }
  input: "selector" input_shape { ${selected} }
  layer { name: "filtered" type: "Spfilter" bottom: "parts" bottom: "selector" top: "filtered" }
  layer { name: "sums" type: "Netvlad" bottom: "filtered" bottom: "features" top: "sums"
    netvlad_param { cluster_num: 3 local_dim: 4 vlad_dim: 12 } }
  layer { name: "unit" type: "Intranorm" bottom: "sums" top: "unit"
    intranorm_param { cluster_num: 3 } }`;

testEverywhere("Netvlad sums what Spfilter weighs, and Intranorm divides it by its length", {
  text: networkOf("dim: 2 dim: 1 dim: 2 dim: 5"),
  inputs: [parts, features, selector],
  blobs: { "sums:0": centres },
  outputs: [normalized],
});

testEverywhere("Spfilter takes its numbers in a line", {
  text: networkOf("dim: 2 dim: 10"),
  inputs: [parts, features, { shape: [2, 10], data: selector.data }],
  blobs: { "sums:0": centres },
  outputs: [normalized],
});

Deno.test("Netvlad, Intranorm and Spfilter refuse what does not fit", () => {
  const run = (type: string, param: Record<string, unknown>, ...given: Tensor[]) =>
    runLayer(netLayer(type, param, { bottoms: given.map((_, i) => `${i}`) }), given);
  const weight_filler = { type: "constant", value: 1 };
  const clusters = { cluster_num: 3, local_dim: 4, vlad_dim: 12, weight_filler };
  assert.throws(() => run("Netvlad", { ...clusters, vlad_dim: 11 }, parts, features), {
    message: "its vlad_dim is 11, but it must be the product of its cluster_num and local_dim 3,4",
  });
  assert.throws(() => run("Netvlad", clusters, parts, selector), {
    message: "its bottoms are [2, 3, 2, 5] and [2, 1, 2, 5], but they must be [N, 3, H, W] and " +
      "[N, 4, H, W]",
  });
  assert.throws(() => run("Intranorm", { cluster_num: 5 }, sums), {
    message: "its bottom is [2, 12], whose samples do not divide into cluster_num 5 equal parts",
  });
  assert.throws(() => run("Spfilter", {}, parts, sums), {
    message: "its bottoms are [2, 3, 2, 5] and [2, 12], but the second must have one number for " +
      "each position of the first",
  });
});
