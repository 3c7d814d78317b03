import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

testLayer("InnerProduct", [
  {
    does: "reads transposed weights",
    param: { num_output: 2, transpose: true },
    bottoms: [tensor([2, 3], `1 2 3 1 0 0`)],
    blobs: [
      tensor(
        [3, 2],
        `
      1 10
      2 20
      3 40`,
      ),
      tensor([2], `0 1`),
    ],
    tops: [tensor([2, 2], `14 171 1 11`)],
  },
  {
    does: "divides the weights of each output by their L2 norm",
    param: { num_output: 2, normalize: true },
    bottoms: [tensor([1, 2], `1 2`)],
    blobs: [tensor([2, 2], `3 4  0 5`), tensor([2], `0 1`)],
    tops: [tensor([1, 2], `2.2 3`)],
  },
  {
    does: "divides transposed weights of each output by their L2 norm",
    param: { num_output: 2, normalize: true, transpose: true, bias_term: false },
    bottoms: [tensor([1, 2], `1 2`)],
    blobs: [tensor([2, 2], `0.0006 0  0.0008 5`)],
    // √(0.001² + 1e-6) is √2 times the length.
    tops: [tensor([1, 2], `1.5556349 2`)],
  },
  {
    does: "takes its weights from the second bottom, as caffe-windows does",
    param: { bias_term: false, normalize: true, num_output: 5 },
    bottoms: [tensor([2, 3, 1, 1], `1 2 3  1 0 0`), tensor([2, 3, 1, 1], `1 2 3  10 20 40`)],
    tops: [tensor([2, 2], `14 170  1 10`)],
  },
  {
    does: "takes its biases from the third bottom",
    bottoms: [tensor([1, 2], `1 2`), tensor([2, 2], `3 4  0 5`), tensor([2], `0 1`)],
    tops: [tensor([1, 2], `11 11`)],
  },
  {
    does: "leaves out the third bottom without bias_term",
    param: { bias_term: false },
    bottoms: [tensor([1, 2], `1 2`), tensor([2, 2], `3 4  0 5`), tensor([1, 2], `0 1`)],
    tops: [tensor([1, 2], `11 10`)],
  },
]);

for (
  const [param, weights, message] of [
    [
      {},
      [2, 2],
      "its weights are a bottom, so its biases must be the third one; without biases, it needs bias_term: false",
    ],
    [
      { bias_term: false },
      [2, 3],
      "its second bottom, the weights, is [2, 3], but must have 2 numbers for each output",
    ],
    [
      { bias_term: false, transpose: true },
      [2, 2],
      "it transposes weights that are a bottom, which is unsupported",
    ],
  ] as const
) {
  Deno.test(`InnerProduct refuses weights ${weights} as a bottom with ${JSON.stringify(param)}`, () => {
    const layer = netLayer("InnerProduct", param, { bottoms: ["x", "weights"] });
    const bottoms = [[1, 2], weights].map((shape) => ({
      shape,
      data: new Float32Array(shape[0]! * shape[1]!),
    }));
    assert.throws(() => runLayer(layer, bottoms), { message });
  });
}
