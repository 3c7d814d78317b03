import { tensor, testLayer } from "./harness.ts";

const bottoms = [tensor([1, 2, 1, 2], `1 3 5 7`)];

testLayer("BatchNorm", [
  {
    does: "divides the stored sums by the third blob",
    param: { eps: 1 },
    bottoms,
    blobs: [tensor([2], `2 6`), tensor([2], `6 16`), tensor([1], `2`)],
    tops: [tensor([1, 2, 1, 2], `0 1 0.6666667 1.3333333`)],
  },
  {
    does: "has neither mean nor variance when the third blob is 0",
    param: { eps: 4 },
    bottoms,
    blobs: [tensor([2], `2 6`), tensor([2], `6 16`), tensor([1], `0`)],
    tops: [tensor([1, 2, 1, 2], `0.5 1.5 2.5 3.5`)],
  },
]);
