import assert from "node:assert/strict";
import { tensor, testLayer } from "./harness.ts";
import { blob, runText } from "./text_layer.ts";

testLayer("MarginInnerProduct", [{
  does: "multiplies by weights with an L2 norm of 1",
  param: { num_output: 3 },
  bottoms: [tensor([2, 1, 1, 2], `1 2  -1 0`)],
  blobs: [tensor([3, 2], `3 4  0 -7  0 0`)],
  tops: [tensor([2, 3], `2.2 -2 0  -0.6 0 0`)],
}, {
  does: "gives the lambda of its first iteration as its second top",
  param: { num_output: 1, base: 1000, gamma: 1, power: 2, iteration: 3, lambda_min: 5 },
  bottoms: [tensor([1, 1], `3`)],
  blobs: [tensor([1, 1], `-2`)],
  tops: [tensor([1, 1], `-3`), tensor([1], `40`)],
}]);

testLayer("LargeMarginInnerProduct", [{
  does: "multiplies by its weights without normalization",
  param: { num_output: 2, axis: 2 },
  bottoms: [tensor([1, 2, 2], `1 2  -1 0`)],
  blobs: [tensor([2, 2], `3 4  0 -7`)],
  tops: [tensor([1, 2, 2], `11 -14  -3 0`)],
}]);

Deno.test("margin layers need no label", () => {
  const weights = blob([2, 1], [2, -1]);
  const text = `
    layer { name: "p" type: "MarginInnerProduct" bottom: "x" bottom: "label" top: "p"
      margin_inner_product_param { num_output: 2 type: QUADRUPLE base: 1000 } ${weights} }
    layer { name: "m" type: "LabelSpecificAdd" bottom: "p" bottom: "label" top: "m"
      label_specific_add_param { bias: -0.35 transform_test: false } }
    layer { name: "a" type: "CosinAddm" bottom: "m" bottom: "label" top: "a"
      cosin_add_m_param { m: 0.5 } }
    layer { name: "c" type: "CombinedMargin" bottom: "a" bottom: "label" top: "c"
      combined_margin_param { m1: 1 m2: 0 m3: 0.35 } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "c" bottom: "label" top: "loss" }`;
  const { outputs, warnings } = runText(text, { x: tensor([1, 1], `0`) });
  assert.deepEqual(warnings, []);
  assert.deepEqual(Object.keys(outputs), ["loss"]);
  assert.deepEqual([...outputs.loss!.data], [0.5, 0.5]);
});
