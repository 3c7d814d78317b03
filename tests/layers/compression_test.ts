/**
 * The layers of learned image compression, against the loops of their fork.
 */
import assert from "node:assert/strict";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const x = numbers([2, 3, 4, 5], 1);
// The first level of each channel, and the logarithms of the steps above it.
const stored = tensorOf([1, 3, 1, 4], (_, c, __, j) => j === 0 ? -1 + c! / 4 : j! / 3 - 1);

/** The level of a number, and its index, as the fork finds them. */
function levelOf(value: number, c: number): readonly [level: number, index: number] {
  const weights = Array.from({ length: 4 }, (_, j) => {
    const number = at(stored, 0, c, 0, j);
    return j === 0 ? number : Math.exp(number);
  });
  let rest = value - weights[0]!;
  if (rest < 0) return [weights[0]!, 0];
  let j = 1;
  for (; j < 4; j++) {
    rest -= weights[j]!;
    if (rest < 0) break;
  }
  if (j === 4) j--;
  if (rest + rest + weights[j]! < 0) {
    rest += weights[j]!;
    j--;
  }
  return [value - rest, j];
}

testEverywhere("MLQuant finds the nearest level of its channel, and its index", {
  text: `input: "x" input_shape { dim: 2 dim: 3 dim: 4 dim: 5 }
    layer { name: "q" type: "MLQuant" bottom: "x" top: "q" top: "r"
      mlquant_param { groups: 4 method: SINGLE } }`,
  inputs: [x],
  blobs: { "q:0": stored, "q:1": numbers([5, 1, 1, 1], 2), "q:2": numbers([1, 3, 1, 4], 3) },
  outputs: [0, 1].map((which) =>
    tensorOf([2, 3, 4, 5], (n, c, h, w) => levelOf(at(x, n!, c!, h!, w!), c!)[which]!)
  ),
});

testLayer("MLQuant", [{
  does: "replaces all numbers by a single level",
  param: { groups: 1 },
  bottoms: [tensor([1, 2, 1, 2], `3 -4  5 6`)],
  blobs: [
    tensor([1, 2, 1, 1], `0.5 2`),
    tensor([5, 1, 1, 1], `0 0 0 0 0`),
    tensor([1, 2, 1, 1], `0 0`),
  ],
  tops: [tensor([1, 2, 1, 2], `0.5 0.5  2 2`), tensor([1, 2, 1, 2], `0 0  0 0`)],
}]);

testLayer("DynamicMaskData", [
  {
    does: "is 1 in as many channels as its blob says",
    bottoms: [tensor([1, 3, 1, 2], `3 -4  5 6  7 8`)],
    blobs: [tensor([1, 1, 1, 1], `2`)],
    tops: [tensor([1, 3, 1, 2], `1 1  1 1  0 0`)],
  },
  {
    does: "is 1 in all channels without weights",
    bottoms: [tensor([1, 2, 1, 1], `3 -4`)],
    tops: [tensor([1, 2, 1, 1], `1 1`)],
  },
]);

testLayer("ConstScale", [{
  does: "multiplies, and adds",
  param: { scale: 0.125, bias: -4 },
  bottoms: [tensor([2], `8 -16`)],
  tops: [tensor([2], `-3 -6`)],
}]);

testLayer("SplitChannel", [{
  does: "takes the first channels",
  param: { channels: 2 },
  bottoms: [tensor([2, 3, 1, 1], `1 2 3  4 5 6`)],
  tops: [tensor([2, 2, 1, 1], `1 2  4 5`)],
}]);

const grouped = numbers([2, 6, 2, 3], 6);

testLayer("MTranspose", [{
  does: "makes a row of each position of each group",
  param: { groups: 3 },
  bottoms: [grouped],
  tops: [
    tensorOf(
      [2 * 2 * 6, 3],
      (row, c) =>
        at(grouped, Math.floor(row! / 12), Math.floor(row! / 6) % 2 * 3 + c!, 0, row! % 6),
    ),
  ],
}]);

Deno.test("SplitChannel and MTranspose need as many channels as they say", () => {
  assert.throws(() => runLayer(netLayer("SplitChannel", { channels: 7 }), [grouped]), {
    message: "its channels are 7, but its bottom is [2, 6, 2, 3]",
  });
  assert.throws(() => runLayer(netLayer("MTranspose", { groups: 4 }), [grouped]), {
    message: "its bottom is [2, 6, 2, 3], but its channels must divide into 4 groups",
  });
});

Deno.test("MLQuant refuses levels that depend on neighbours, and guesses none", () => {
  const layer = netLayer("MLQuant", { groups: 4, method: "NEIGHBOR" });
  assert.throws(() => runLayer(layer, [x]), {
    message: "its method is NEIGHBOR, but only SINGLE is supported",
  });
  assert.throws(() => runLayer(netLayer("MLQuant", { groups: 4 }), [x]), /the filler "uniform"/);
});

const weights = numbers([4, 6, 3, 3], 4), input = numbers([1, 6, 4, 4], 5);

for (const constrain of [5, 6]) {
  testEverywhere(`a convolution with constrain ${constrain} sees only what is coded before`, {
    text: `input: "x" input_shape { dim: 1 dim: 6 dim: 4 dim: 4 }
      layer { name: "y" type: "Convolution" bottom: "x" top: "y"
        convolution_param { num_output: 4 pad: 1 kernel_size: 3 bias_term: false
          constrain: ${constrain} group_in: 3 group_out: 2 } }`,
    inputs: [input],
    blobs: { "y:0": weights },
    outputs: [tensorOf([1, 4, 4, 4], (_, o, row, column) => {
      let sum = 0;
      for (let c = 0; c < 6; c++) {
        for (let tap = 0; tap < 9; tap++) {
          const th = Math.floor(tap / 3), tw = tap % 3;
          const reach = tw + th + Math.floor(c / 3), limit = Math.floor(o! / 2) + 2;
          const h = row! + th - 1, w = column! + tw - 1;
          if (h < 0 || h >= 4 || w < 0 || w >= 4) continue;
          if (constrain === 5 ? reach >= limit : reach > limit) continue;
          sum += at(input, 0, c, h, w) * at(weights, o!, c, th, tw);
        }
      }
      return sum;
    })],
  });
}

Deno.test("a convolution refuses other constraints", () => {
  const param = { num_output: 1, kernel_size: [1, 2], constrain: 5, bias_term: false };
  const layer = netLayer("Convolution", param);
  assert.throws(() => runLayer(layer, [numbers([1, 1, 3, 3], 1)], [numbers([1, 1, 1, 2], 1)]), {
    message:
      "its constrain is 5, its group_in 1, its group_out 1 and its weights are [1, 1, 1, 2], " +
      "but only 5 and 6 with square kernels, and groups of at least 1 channel, are supported",
  });
});
