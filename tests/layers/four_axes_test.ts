import { tensor } from "./harness.ts";
import { testEverywhere } from "./everywhere.ts";

const matrix = tensor([2, 2], `-3 4  0 2`);

testEverywhere("MVN of a matrix has four axes", {
  text: `input: "x" input_shape { dim: 2 dim: 2 }
    layer { name: "y" type: "MVN" bottom: "x" top: "y"
    mvn_param { across_channels: true normalize_variance: false } }`,
  inputs: [matrix],
  outputs: [tensor([2, 2, 1, 1], `-3.5 3.5  -1 1`)],
});

testEverywhere("Normalize of face recognition makes four axes of a matrix, also of the lengths", {
  text: `input: "x" input_shape { dim: 2 dim: 2 }
    layer { name: "y" type: "Normalize" bottom: "x" top: "y" top: "z"
    normalize_param { normalize_type: "L2" } }`,
  inputs: [matrix],
  outputs: [tensor([2, 2, 1, 1], `-0.6 0.8  0 1`), tensor([2, 1, 1, 1], `5 2`)],
});

testEverywhere("Normalize of face recognition makes four axes of a matrix by L1 too", {
  text: `input: "x" input_shape { dim: 2 dim: 2 }
    layer { name: "y" type: "Normalize" bottom: "x" top: "y" top: "z"
    normalize_param { normalize_type: "L1" } }`,
  inputs: [matrix],
  outputs: [
    tensor([2, 2, 1, 1], `-0.4285714 0.5714286  0 1`),
    tensor([2, 1, 1, 1], `7 2`),
  ],
});
