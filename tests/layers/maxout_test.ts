/**
 * Maxout, compared with plain loops.
 */
import assert from "node:assert/strict";
import { at, numbers, tensorOf } from "./elements.ts";
import { netLayer, runLayer, testLayer } from "./harness.ts";

const image = numbers([2, 6, 3, 4], 5);

testLayer("Maxout", [{
  does: "takes the largest of each group of adjacent channels",
  param: { num_output: 2 },
  bottoms: [image],
  tops: [tensorOf(
    [2, 2, 3, 4],
    (n, c, h, w) => Math.max(...[0, 1, 2].map((k) => at(image, n, 3 * c + k, h, w))),
  )],
}]);

Deno.test("Maxout refuses groups that are not whole", () => {
  for (const num_output of [0, 4, 12]) {
    assert.throws(() => runLayer(netLayer("Maxout", { num_output }), [image]), {
      message: `its num_output is ${num_output}, but must divide the 6 channels of its bottom`,
    });
  }
});
