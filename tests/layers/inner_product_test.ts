import { tensor, testLayer } from "./harness.ts";

testLayer("InnerProduct", [
  {
    does: "reads the columns of weights that are stored transposed",
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
]);
