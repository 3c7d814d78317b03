import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const small = tensor([1, 2, 1, 2], `1 2  3 4`);
const large = tensor(
  [1, 1, 4, 3],
  `
    10 11 12
    13 14 15
    16 17 18
    19 20 21`,
);

testLayer("MergeCrop", [
  {
    does: "concatenates the first bottom and the center of the second",
    bottoms: [small, large],
    tops: [tensor([1, 3, 1, 2], `1 2  3 4  13 14`)],
  },
  {
    does: "adds both with operation: ADD",
    param: { operation: "ADD" },
    bottoms: [tensor([1, 1, 2, 1], `1 2`), large],
    tops: [tensor([1, 1, 2, 1], `15 19`)],
  },
  {
    does: "replaces a bottom by zeros with forward: false",
    param: { forward: [true, false] },
    bottoms: [small, large],
    tops: [tensor([1, 3, 1, 2], `1 2  3 4  0 0`)],
  },
  {
    does: "crops volumes",
    bottoms: [
      tensor([1, 1, 1, 1, 2], `1 2`),
      tensor([1, 1, 3, 1, 4], `0 1 2 3  4 5 6 7  8 9 10 11`),
    ],
    tops: [tensor([1, 2, 1, 1, 2], `1 2  5 6`)],
  },
]);

Deno.test("MergeCrop refuses a second bottom that is smaller", () => {
  const layer = netLayer("MergeCrop", {}, { bottoms: ["a", "b"] });
  assert.throws(() => runLayer(layer, [large, small]), {
    message: /^its bottoms are \[1, 1, 4, 3\] and \[1, 2, 1, 2\], but the second one must be/,
  });
});
