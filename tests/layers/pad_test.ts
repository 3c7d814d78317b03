/**
 * Pad with the settings of forks that pad opposite sides alike, and with those of ONNX.
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
}, {
  does: "pads with a value by pads, first at the starts of all axes",
  param: { mode: "constant", value: 9, pads: [0, 1, 0, 2, 0, 0, 1, 0] },
  bottoms: [image],
  tops: [tensor([1, 2, 3, 5], `9 9 9 9 9  9 9 9 9 9  9 9 9 9 9  9 9 1 2 3  9 9 4 5 6  9 9 9 9 9`)],
}, {
  does: "reflects by pads, and crops by negative ones",
  param: { mode: "reflect", pads: [0, 0, 1, 0, 0, 0, 0, -1] },
  bottoms: [image],
  tops: [tensor([1, 1, 3, 2], `4 5  1 2  4 5`)],
}, {
  does: "repeats the edge by pads",
  param: { mode: "edge", pads: [0, 0, 0, 1, 0, 0, 1, 0] },
  bottoms: [image],
  tops: [tensor([1, 1, 3, 4], `1 1 2 3  4 4 5 6  4 4 5 6`)],
}, {
  does: "is the identity with pads of 0",
  param: { pads: [0, 0, 0, 0, 0, 0, 0, 0] },
  bottoms: [image],
  tops: [image],
}]);

Deno.test("Pad refuses pads of too few axes, beside other settings, and unknown modes", () => {
  const refused = (settings: Record<string, unknown>, message: RegExp) =>
    assert.throws(() => runLayer(netLayer("Pad", settings), [image]), { message });
  refused({ pads: [1, 1, 1, 1] }, /^it has 4 pads for 4 axes, but needs two for each/);
  refused({ mode: "edge", pad_l: 1 }, /^it has 0 pads for 4 axes/);
  refused({ pads: new Array(8).fill(1), pad: 1 }, /, and no settings of other forks$/);
  refused({ pads: new Array(8).fill(1), mode: "wrap" }, /^its mode is "wrap", not one of constant/);
});

Deno.test("Pad refuses settings of two forks, and none that count", () => {
  for (const settings of [{ pad: 1, pad_u: 1 }, { padtype: "REFLECT" }, { pad_h: 0 }]) {
    assert.throws(() => runLayer(netLayer("Pad", settings), [image]), {
      message: /^it pads [01] rows and [01] columns by its pad, pad_h and pad_w, but must pad some/,
    });
  }
});
