/**
 * The layers of DSC and DAF-Net, against plain loops.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const shape = [2, 3, 4, 5], x = numbers(shape, 1);
const factors = tensor([12], `0.5 1 -0.5  0.9 0.25 1.5  1 0.75 0.1  -1 2 0.6`);

/** The sums to the left, up, to the right and down, as the fork's loops compute them. */
function sums(rectify: (sum: number, channel: number) => number): Tensor[] {
  const [, , height, width] = shape as [number, number, number, number];
  return [[0, -1], [-1, 0], [0, 1], [1, 0]].map(([down, across], direction) =>
    tensorOf(shape, (n, c, row, column) => {
      const whole = [height, width], place = [row!, column!];
      const axis = down === 0 ? 1 : 0, isForward = down! + across! > 0;
      let sum = 0;
      let i = isForward ? 0 : whole[axis]! - 1;
      for (;; i += isForward ? 1 : -1) {
        const [h, w] = place.with(axis, i) as [number, number];
        sum = rectify(sum * factors.data[direction * 3 + c!]! + at(x, n!, c!, h, w), c!);
        if (i === place[axis]) return sum;
      }
    })
  );
}

const network = (type: string, settings: string) => `
  input: "x" input_shape { dim: 2 dim: 3 dim: 4 dim: 5 }
  layer { name: "y" type: "${type}" bottom: "x" top: "1" top: "2" top: "3" top: "4" ${settings} }`;

testEverywhere("IRNN adds what is left of the positions before, in four directions", {
  text: network("IRNN", "irnn_param { weight_fixed: false }"),
  inputs: [x],
  blobs: { "y:0": factors },
  outputs: sums((sum) => Math.max(sum, 0)),
});

const slopes = tensor([3], `0.2 -0.1 0.5`);

testEverywhere("RAT does so with learned slopes for negative sums", {
  text: network("RAT", "rat_param { initial_value: 0.9 slope: 0.2 learnable_slope: true }"),
  inputs: [x],
  blobs: { "y:0": factors, "y:1": slopes },
  outputs: sums((sum, channel) => sum > 0 ? sum : sum * slopes.data[channel]!),
});

Deno.test("IRNN keeps a row as it is along the columns, and needs an image of some size", () => {
  const tops = ["left", "up", "right", "down"];
  const row = tensor([1, 1, 1, 3], `1 -2 3`);
  const actual = runLayer(netLayer("IRNN", {}, { tops }), [row]).map(({ data }) => [...data]);
  assert.deepEqual(actual, [[2, 1, 3], [1, 0, 3], [1, 0, 3], [1, 0, 3]]);
  const large = tensor([1, 1, 1, 1001], Array(1001).fill(0).join(" "));
  assert.throws(() => runLayer(netLayer("IRNN", {}, { tops }), [large]), {
    message: /^its bottom has 1 × 1001 pixels, but at most 1000 rows and columns are unrolled$/,
  });
});

const pair = numbers([2, 2, 4, 5], 2), four = numbers([2, 4, 4, 5], 3);

testLayer("EltwiseAdv", [{
  does: "multiplies each run of channels by one channel",
  param: { operation: "PROD" },
  bottoms: [four, pair],
  tops: [
    tensorOf(
      four.shape,
      (n, c, h, w) => at(four, n!, c!, h!, w!) * at(pair, n!, Math.floor(c! / 2), h!, w!),
    ),
  ],
}]);

Deno.test("EltwiseAdv refuses other operations, and channels that do not divide", () => {
  const layer = (operation: string) =>
    netLayer("EltwiseAdv", { operation }, { bottoms: ["a", "b"] });
  assert.throws(() => runLayer(layer("SUM"), [four, pair]), {
    message: "its operation is SUM, but only PROD is implemented in Caffe",
  });
  assert.throws(() => runLayer(layer("PROD"), [x, pair]), {
    message: /^its bottoms are \[2, 3, 4, 5\] and \[2, 2, 4, 5\], but may differ only in their/,
  });
});

testLayer("InterpAdvance", [{
  does: "resizes to the size of its second bottom, with aligned corners",
  bottoms: [tensor([1, 1, 2, 2], `0 2 4 6`), tensor([1, 2, 3, 3], Array(18).fill(0).join(" "))],
  tops: [tensor([1, 1, 3, 3], `0 1 2 2 3 4 4 5 6`)],
}]);
