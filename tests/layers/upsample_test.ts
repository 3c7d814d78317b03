/**
 * Upsample and layers like it, worked out by hand.
 */
import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

testLayer("Upsample", [{
  does: "repeats each pixel, as in YOLO",
  param: { scale: 2 },
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 2, 4], `1 1 2 2  1 1 2 2`)],
}, {
  does: "writes values to the positions in the mask, as in SegNet, the last one of equal positions",
  bottoms: [tensor([1, 1, 1, 3], `5 6 7`), tensor([1, 1, 1, 3], `4 3 4`)],
  tops: [tensor([1, 1, 2, 6], `0 0 0 6 7 0  0 0 0 0 0 0`)],
}]);

testLayer("NNUpsample", [{
  does: "repeats each pixel",
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 2, 4], `1 1 2 2  1 1 2 2`)],
}]);

testLayer("Upsampling", [{
  does: "repeats each pixel",
  param: { scalefactor: 3 },
  bottoms: [tensor([1, 2, 1, 2], `1 2  3 4`)],
  tops: [
    tensor(
      [1, 2, 3, 6],
      `1 1 1 2 2 2  1 1 1 2 2 2  1 1 1 2 2 2  3 3 3 4 4 4  3 3 3 4 4 4  3 3 3 4 4 4`,
    ),
  ],
}]);

Deno.test("Upsampling needs scalefactor", () => {
  assert.throws(() => runLayer(netLayer("Upsampling", {}), [tensor([1, 1, 1, 2], `1 2`)]), {
    message: "it has no scalefactor above 0, and its default is unknown",
  });
});

testLayer("UpsampleDarknet", [{
  does: "repeats each pixel",
  param: { stride: 3 },
  bottoms: [tensor([1, 2, 1, 2], `1 2  3 4`)],
  tops: [
    tensor(
      [1, 2, 3, 6],
      `1 1 1 2 2 2  1 1 1 2 2 2  1 1 1 2 2 2  3 3 3 4 4 4  3 3 3 4 4 4  3 3 3 4 4 4`,
    ),
  ],
}]);

Deno.test("UpsampleDarknet needs stride", () => {
  assert.throws(() => runLayer(netLayer("UpsampleDarknet", {}), [tensor([1, 1, 1, 2], `1 2`)]), {
    message: "it has no stride above 0, and its default is unknown",
  });
});
