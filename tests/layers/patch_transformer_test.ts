/**
 * Augment and PatchTransformer, against their definition.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { testOtherExtents } from "./other_extents.ts";
import { runText } from "./text_layer.ts";

const image = numbers([2, 2, 5, 6], 1), subtract = [1, -2], divide = [4, 0.5];

/** The patch of 3 × 3 that starts at row 1 and column 2, standardised, moved and scaled. */
function patch(divides: boolean): Tensor {
  const cut = tensorOf([2, 2, 3, 3], (n, c, h, w) => at(image, n!, c!, 1 + h!, 2 + w!));
  return tensorOf(cut.shape, (n, c, h, w) => {
    const plane = Array.from({ length: 9 }, (_, i) => at(cut, n!, c!, Math.floor(i / 3), i % 3));
    const mean = plane.reduce((sum, x) => sum + x) / 9;
    const variance = plane.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 9;
    const standard = (at(cut, n!, c!, h!, w!) - mean) / (divides ? Math.sqrt(variance) : 1);
    return (standard - subtract[c!]!) / divide[c!]!;
  });
}

for (const type of ["Augment", "PatchTransformer"]) {
  testLayer(type, [
    {
      does: "subtracts the mean of the middle of an image, and constants",
      param: { crop_size: [3], mean_normalize: true, subtract, divide },
      bottoms: [image],
      tops: [patch(false)],
    },
    {
      does: "makes a patch binary",
      param: { crop_size: [2], binarize: [true] },
      bottoms: [tensor([1, 1, 2, 2], "0.5 0.51 -3 7")],
      tops: [tensor([1, 1, 2, 2], "0 1 0 1")],
    },
  ]);
}

testEverywhere("PatchTransformer divides patches by their standard deviation", {
  text: `input: "x" input_shape { dim: 2 dim: 2 dim: 5 dim: 6 }
    layer { name: "y" type: "PatchTransformer" bottom: "x" top: "y" patch_transformer_param {
      crop_size: 3 mean_normalize: true stddev_normalize: true subtract: [1, -2] divide: [4, 0.5] } }`,
  inputs: [image],
  outputs: [patch(true)],
});

testOtherExtents([{
  type: "Augment",
  param: "augment_param { crop_size: 3 }",
  given: [[1, 2, 5, 6]],
  taken: [[[3, 2, 5, 6]]],
  refused: [[[1, 2, 6, 6]], [[1, 2, 5, 7]]],
}]);

Deno.test("PatchTransformer leaves labels out, which training needs", () => {
  const { outputs } = runText(
    `layer { name: "p" type: "PatchTransformer" bottom: "x" bottom: "maps" top: "y" top: "label"
       patch_transformer_param { crop_size: 1 crop_size: 16 binarize: false binarize: true } }
     layer { name: "c" type: "Power" bottom: "y" top: "c" }
     layer { name: "loss" type: "EuclideanLoss" bottom: "c" bottom: "label" top: "loss" }`,
    { x: tensor([1, 1, 3, 3], "1 2 3 4 5 6 7 8 9") },
  );
  assert.deepEqual(Object.values(outputs).map(({ data }) => [...data]), [[5]]);
});

Deno.test("PatchTransformer refuses what is random, and what does not fit", () => {
  const refusals: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ crop_size: [3], rotate: true }, /^it has rotate or flip, which are random and for training/],
    [{ crop_size: [3], flip: true }, /^it has rotate or flip/],
    [{}, /^its crop_size 0 must be above 0, and no larger than its bottom \[2, 2, 5, 6\]/],
    [{ crop_size: [6] }, /^its crop_size 6 must be above 0/],
    [
      { crop_size: [3], divide: [4] },
      /^it has 0 subtract and 1 divide, but its bottom .* needs one/,
    ],
    [{ crop_size: [3], stddev_normalize: true }, /^it has stddev_normalize without mean_normalize/],
  ];
  for (const [param, message] of refusals) {
    assert.throws(() => runLayer(netLayer("PatchTransformer", param), [image]), { message });
  }
});
