import { tensor, testLayer } from "./harness.ts";

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
]);
