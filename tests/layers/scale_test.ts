import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
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

testLayer("Scale", [{
  does: "multiplies by the scale_factor of TransferNet, and learns nothing then",
  param: { scale_factor: 0.25 },
  bottoms: [tensor([1, 2], `3 -4`)],
  tops: [tensor([1, 2], `0.75 -1`)],
}]);

Deno.test("Scale refuses a scale_factor beside other terms", () => {
  const message = "it has a scale_factor, with which it has one bottom and no offset";
  const x = tensor([1, 2], `3 -4`);
  const two = netLayer("Scale", { scale_factor: 2 }, { bottoms: ["x", "y"] });
  assert.throws(() => runLayer(two, [x, x]), { message });
  const both = netLayer("Scale", { scale_factor: 2, bias_term: true });
  assert.throws(() => runLayer(both, [x]), { message });
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

Deno.test("Scale learns nothing if it has a second bottom, so that it may scale a label", () => {
  const text =
    `input: "x" input_shape { dim: 2 dim: 3 } input: "label" input_shape { dim: 2 dim: 4 }
    input: "mask" input_shape { dim: 4 }
    layer { name: "fc" type: "InnerProduct" bottom: "x" top: "fc"
      inner_product_param { num_output: 4 } }
    layer { name: "scaled" type: "Scale" bottom: "label" bottom: "mask" top: "scaled" }
    layer { name: "loss" type: "EuclideanLoss" bottom: "fc" bottom: "scaled" top: "loss" }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["x"]);
  assert.deepEqual(graph.outputs, ["fc"]);
});
