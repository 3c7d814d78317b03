/**
 * The Python layers of Deep Image Retrieval.
 */
import type { Tensor } from "../../runtime/tensor.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";

const layer = (name: string, bottom: string, top: string) => `
  layer { name: "${top}" type: "Python" bottom: "${bottom}" top: "${top}"
    python_param { module: 'custom_layers' layer: '${name}' param_str: "{}" } }`;

testEverywhere("NormalizeLayer divides channels by their L2 norm, but not zeros", {
  text: `input: "x" input_shape { dim: 2 dim: 2 dim: 1 dim: 2 }` +
    layer("NormalizeLayer", "x", "y"),
  inputs: [tensor([2, 2, 1, 2], `3 0  4 0  -5 1  12 0`)],
  outputs: [tensor([2, 2, 1, 2], `0.6 0  0.8 0  ${-5 / 13} 1  ${12 / 13} 0`)],
});

/** Descriptors of three regions. */
const regions: Tensor = tensor([3, 4], `1 2 3 4  -1 0 2 5  0 1 0 -2`);
/** The sum of their unit vectors, as a unit vector. */
const sum = [0, 1, 2, 3].map((c) =>
  [0, 1, 2].reduce((total, n) => {
    const row = regions.data.subarray(4 * n, 4 * n + 4);
    return total + row[c]! / Math.hypot(...row);
  }, 0)
);

testEverywhere("AggregateLayer sums the regions of R-MAC", {
  text: `input: "x" input_shape { dim: 3 dim: 4 }` +
    layer("NormalizeLayer", "x", "unit") + layer("AggregateLayer", "unit", "rmac") +
    layer("NormalizeLayer", "rmac", "y"),
  inputs: [regions],
  outputs: [tensor([1, 4], sum.map((value) => value / Math.hypot(...sum)).join(" "))],
});
