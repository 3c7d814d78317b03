import { tensor, testLayer } from "./harness.ts";

const column = tensor([1, 1, 3, 1], `1 -2 4`);

testLayer("Convolution", [{
  does: "applies ReLU to each of its tops with relu: true",
  param: { num_output: 1, kernel_size: [1], bias_term: false, relu: true, negative_slope: 0.5 },
  bottoms: [column, tensor([1, 1, 1, 2], `3 -1`)],
  blobs: [tensor([1, 1, 1, 1], `-2`)],
  tops: [tensor([1, 1, 3, 1], `-1 4 -4`), tensor([1, 1, 1, 2], `-3 2`)],
}]);

testLayer("BatchNorm", [{
  does: "applies ReLU to its top with relu: true",
  param: { relu: true, eps: 0 },
  bottoms: [column],
  blobs: [tensor([1], `4`), tensor([1], `8`), tensor([1], `2`)],
  tops: [tensor([1, 1, 3, 1], `0 0 1`)],
}]);

testLayer("Eltwise", [{
  does: "applies ReLU to its top with relu: true",
  param: { coeff: [1, -1], relu: true },
  bottoms: [column, tensor([1, 1, 3, 1], `2 -3 1`)],
  tops: [tensor([1, 1, 3, 1], `0 1 3`)],
}]);
