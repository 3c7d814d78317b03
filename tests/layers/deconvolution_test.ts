import { tensor, testLayer } from "./harness.ts";

testLayer("Deconvolution", [
  {
    does: "upsamples an image with its bilinear filler if it has no trained weights",
    param: {
      num_output: 1,
      kernel_size: [4],
      stride: [2],
      pad: [1],
      bias_term: false,
      weight_filler: { type: "bilinear", value: 0 },
    },
    bottoms: [tensor([1, 1, 1, 3], `0 16 32`)],
    tops: [tensor(
      [1, 1, 2, 6],
      `
      0 3 9 15 21 18
      0 3 9 15 21 18`,
    )],
  },
]);
