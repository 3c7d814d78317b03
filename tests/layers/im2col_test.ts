import { tensor, testLayer } from "./harness.ts";

testLayer("Im2col", [
  {
    does: "writes the windows of a signal, channel by channel",
    param: { kernel_size: [2], pad: [1], stride: [2] },
    bottoms: [tensor(
      [1, 2, 4],
      `
      1 2 3 4
      5 6 7 8`,
    )],
    tops: [tensor(
      [1, 4, 3],
      `
      0 2 4
      1 3 0
      0 6 8
      5 7 0`,
    )],
  },
]);
