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
  {
    does: "has a scale and an offset of its own in NVIDIA's Caffe, whose third blob is 0",
    param: { eps: 1, scale_bias: true },
    bottoms,
    blobs: [
      tensor([2], `1 3`),
      tensor([2], `3 8`),
      tensor([1], `0`),
      tensor([2], `2 3`),
      tensor([2], `10 20`),
    ],
    tops: [tensor([1, 2, 1, 2], `10 12 22 24`)],
  },
  {
    does: "takes the statistics of the batch when it is told to, with eps under the root",
    param: { use_global_stats: false, eps: 0.5 },
    bottoms: [tensor(
      [2, 2, 1, 2],
      `
      1 2   4 4
      2 3   8 8`,
    )],
    blobs: [tensor([2], `9 9`), tensor([2], `9 9`), tensor([1], `1`)],
    tops: [tensor(
      [2, 2, 1, 2],
      `
      -1 0   -0.9428090 -0.9428090
       0 1    0.9428090  0.9428090`,
    )],
    warns: /^it has learned statistics, .* take that line out of the prototxt/,
  },
  {
    does: "has nothing to say about statistics that were never gathered",
    param: { use_global_stats: false, eps: 0 },
    bottoms,
    blobs: [tensor([2], `0 0`), tensor([2], `0 0`), tensor([1], `0`)],
    tops: [tensor([1, 2, 1, 2], `-1 1 -1 1`)],
  },
]);
