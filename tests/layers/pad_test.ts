/**
 * Pad with the settings of forks that pad opposite sides alike.
 */
import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const image = tensor([1, 1, 2, 3], `1 2 3  4 5 6`);

testLayer("Pad", [{
  does: "pads rows by pad_h and columns by pad_w",
  param: { pad_h: 1, pad_w: 2 },
  bottoms: [image],
  tops: [tensor(
    [1, 1, 4, 7],
    `0 0 0 0 0 0 0  0 0 1 2 3 0 0  0 0 4 5 6 0 0  0 0 0 0 0 0 0`,
  )],
}, {
  does: "leaves rows alone without pad_h",
  param: { pad_w: 1 },
  bottoms: [image],
  tops: [tensor([1, 1, 2, 5], `0 1 2 3 0  0 4 5 6 0`)],
}, {
  does: "replicates the border with padtype REPLICATE",
  param: { pad: 1, padtype: "REPLICATE" },
  bottoms: [image],
  tops: [tensor([1, 1, 4, 5], `1 1 2 3 3  1 1 2 3 3  4 4 5 6 6  4 4 5 6 6`)],
}, {
  does: "repeats the border with padtype REFLECT, unlike with pad_type",
  param: { pad: 2, padtype: "REFLECT" },
  bottoms: [image],
  tops: [tensor(
    [1, 1, 6, 7],
    `5 4 4 5 6 6 5  2 1 1 2 3 3 2  2 1 1 2 3 3 2  5 4 4 5 6 6 5  5 4 4 5 6 6 5  2 1 1 2 3 3 2`,
  )],
}, {
  does: "pads above by pad_t and below by pad_b",
  param: { pad_t: 1, pad_b: 2, pad_r: 1 },
  bottoms: [image],
  tops: [tensor([1, 1, 5, 4], `0 0 0 0  1 2 3 0  4 5 6 0  0 0 0 0  0 0 0 0`)],
}]);

Deno.test("Pad refuses settings of two forks, and none that count", () => {
  for (const settings of [{ pad: 1, pad_u: 1 }, { padtype: "REFLECT" }, { pad_h: 0 }]) {
    assert.throws(() => runLayer(netLayer("Pad", settings), [image]), {
      message: /^it pads [01] rows and [01] columns by its pad, pad_h and pad_w, but must pad some/,
    });
  }
});
