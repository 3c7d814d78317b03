/**
 * Sum, whose meaning differs between forks.
 */
import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const image = tensor([2, 2, 1, 2], `1 2 3 4  5 6 7 8`);

testLayer("Sum", [{
  does: "sums each sample, if its axes say so",
  param: { axis: [1, 2, 3], keepdims: true },
  bottoms: [image],
  tops: [tensor([2, 1, 1, 1], `10 26`)],
}, {
  does: "adds several bottoms",
  bottoms: [image, image, tensor([2, 2, 1, 2], `1 0 0 0  0 0 0 -1`)],
  tops: [tensor([2, 2, 1, 2], `3 4 6 8  10 12 14 15`)],
}, {
  does: "adds scores with more axes, or fewer",
  bottoms: [tensor([2, 1], `1 2`), tensor([2, 1, 1, 1], `3 4`), tensor([2], `5 6`)],
  tops: [tensor([2, 1], `9 12`)],
}]);

Deno.test("Sum refuses one bottom without axes, which forks sum differently", () => {
  assert.throws(() => runLayer(netLayer("Sum"), [image]), {
    message: /^it has no axes, and then some forks sum each sample, others the whole blob/,
  });
});
