import { testEverywhere } from "./everywhere.ts";
import { tensor, testLayer } from "./harness.ts";
import { blob } from "./text_layer.ts";

testEverywhere("Scale of caffe-windows limits its learned scale", {
  text: `input: "x" input_shape { dim: 1 dim: 3 }
    layer { name: "y" type: "Scale" bottom: "x" top: "y"
      scale_param { min_value: 0.5 max_value: 2 bias_term: true }
      ${blob([3], [-4, 1, 3])} ${blob([3], [10, 20, 30])} }`,
  inputs: [tensor([1, 3], `2 3 4`)],
  outputs: [tensor([1, 3], `11 23 38`)],
});

testEverywhere("Scale of caffe-windows limits the scale of a second bottom", {
  text: `input: "x" input_shape { dim: 2 dim: 2 } input: "s" input_shape { dim: 2 }
    layer { name: "y" type: "Scale" bottom: "x" bottom: "s" top: "y"
      scale_param { axis: 0 max_value: 2 } }`,
  inputs: [tensor([2, 2], `1 2  3 4`), tensor([2], `-1 5`)],
  outputs: [tensor([2, 2], `-1 -2  6 8`)],
});

testLayer("Bias", [
  {
    does: "adds zeros if it has no filler",
    bottoms: [tensor([1, 2], `3 -4`)],
    tops: [tensor([1, 2], `3 -4`)],
  },
  {
    does: "starts from its filler",
    param: { filler: { type: "constant", value: 0.5 } },
    bottoms: [tensor([1, 2], `3 -4`)],
    tops: [tensor([1, 2], `3.5 -3.5`)],
  },
]);
