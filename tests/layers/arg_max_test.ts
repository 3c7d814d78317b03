import { tensor, testLayer } from "./harness.ts";

testLayer("ArgMax", [
  {
    does: "gives the indices of a sample's largest values, and then the values",
    param: { top_k: 2, out_max_val: true },
    bottoms: [tensor(
      [2, 2, 1, 3],
      `
      1 9 2
      4 5 6

      7 7 0
      0 0 0`,
    )],
    tops: [tensor(
      [2, 2, 2, 1],
      `
      1 5
      9 6

      1 0
      7 7`,
    )],
  },
]);
