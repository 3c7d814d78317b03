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
      message: new RegExp(`, but its channels must divide into ${num_output} groups$`),
    });
  }
});
