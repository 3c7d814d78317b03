/** BatchReduction against plain loops. */
import assert from "node:assert/strict";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { runText } from "./text_layer.ts";

const text = (settings: string) =>
  `layer { name: "y" type: "BatchReduction" bottom: "x" top: "y"
    batch_reduction_param { ${settings} } }`;
const input = (...shape: number[]) =>
  `input: "x" input_shape { ${shape.map((extent) => `dim: ${extent}`).join(" ")} }`;

const mean = (all: readonly number[]) => all.reduce((sum, x) => sum + x, 0) / all.length;
const range = (start: number, end: number) =>
  Array.from({ length: end - start }, (_, i) => start + i);

const x = numbers([2, 5, 3, 4], 1);

testEverywhere("BatchReduction is the mean along an axis, which it removes", {
  text: input(2, 5, 3, 4) + text(`reduction_param { operation: MEAN axis: 1 }`),
  inputs: [x],
  outputs: [tensorOf([2, 3, 4], (n, h, w) => mean(range(0, 5).map((c) => at(x, n!, c, h!, w!))))],
});

testEverywhere("BatchReduction sums up parts of an axis, the squares of its levels", {
  text: input(2, 5, 3, 4) + text(`level: 1 level: 2 reduction_param { axis: -3 }`),
  inputs: [x],
  outputs: [
    tensorOf(
      [2, 2, 3, 4],
      (n, part, h, w) =>
        (part === 0 ? range(0, 1) : range(1, 5)).reduce((sum, c) => sum + at(x, n!, c, h!, w!), 0),
    ),
  ],
});

testEverywhere("BatchReduction is the mean of the largest values with TOPK", {
  text: input(2, 5, 3, 4) + text(`reduction_param { operation: TOPK k: 3 axis: 1 }`),
  inputs: [x],
  outputs: [
    tensorOf([2, 3, 4], (n, h, w) =>
      mean(
        range(0, 5).map((c) => at(x, n!, c, h!, w!)).sort((a, b) => b - a).slice(0, 3),
      )),
  ],
});

const square = numbers([2, 4, 4, 3], 2);

testEverywhere("BatchReduction is the mean of a diagonal with pos", {
  text: input(2, 4, 4, 3) + text(`pos: true reduction_param { operation: MEAN axis: 1 }`),
  inputs: [square],
  outputs: [tensorOf([2, 3], (n, w) => mean(range(0, 4).map((i) => at(square, n!, i, i, w!))))],
});

testEverywhere("BatchReduction keeps an axis for a single level above 1", {
  text: input(2, 4, 4) + text(`level: 2 pos: true reduction_param { axis: 1 }`),
  inputs: [numbers([2, 4, 4], 3)],
  outputs: [
    tensorOf(
      [2, 1],
      (n) => range(0, 4).reduce((sum, i) => sum + at(numbers([2, 4, 4], 3), n!, i, i), 0),
    ),
  ],
});

Deno.test("BatchReduction refuses what it cannot mean", () => {
  const message = (settings: string) => {
    try {
      runText(text(settings), { x });
    } catch (error) {
      return (error as Error).message.replace(/\n.*/s, "").replace(/^.*?: /, "");
    }
  };
  const axis = "axis: 1";
  assert.equal(
    message(`reduction_param { operation: SUMSQ ${axis} }`),
    "its operation is SUMSQ, but it must be SUM, MEAN or TOPK",
  );
  assert.equal(
    message(`level: 1 level: 3 reduction_param { ${axis} }`),
    "the squares of its level [1, 3] must add up to 5",
  );
  assert.equal(
    message(`level: 1 level: 2 reduction_param { operation: TOPK ${axis} }`),
    "it has more than one level, which pos and TOPK do not allow",
  );
  assert.equal(
    message(`pos: true reduction_param { ${axis} }`),
    "it has pos, for which its bottom [2, 5, 3, 4] must have two axes of one extent, and its " +
      "operation must be SUM or MEAN",
  );
});
