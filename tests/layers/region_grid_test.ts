import assert from "node:assert/strict";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const image = tensor([1, 2, 3, 4], Array.from({ length: 24 }, (_, i) => i).join(" "));

testLayer("Box", [{
  does: "cuts out a box for each top",
  param: { width: 2, height: 1, xcoord: [2, 0], ycoord: [1, 2] },
  bottoms: [image],
  tops: [tensor([1, 2, 1, 2], `6 7  18 19`), tensor([1, 2, 1, 2], `8 9  20 21`)],
}]);

Deno.test("Box refuses boxes without an extent or a position, and beyond the image", () => {
  const run = (param: Record<string, unknown>) => runLayer(netLayer("Box", param), [image]);
  const box = { width: 2, height: 2, xcoord: [0], ycoord: [0] };
  assert.throws(() => run({ ...box, width: 0 }), {
    message: "its width is 0 or missing, but it must be above 0",
  });
  assert.throws(() => run({ ...box, ycoord: [] }), {
    message: "it has 1 xcoord and 0 ycoord for 1 tops",
  });
  assert.throws(() => run({ ...box, ycoord: [2] }), {
    message: "its range 2 to 4 does not lie within the 3 of axis 2",
  });
});

testLayer("Splice", [{
  does: "puts images together by their positions",
  param: { xcoord: [2, 0, 0, 2], ycoord: [0, 0, 1, 1] },
  bottoms: [`1 2`, `3 4`, `5 6`, `7 8`].map((row) => tensor([1, 1, 1, 2], row)),
  tops: [tensor([1, 1, 2, 4], `3 4 1 2  5 6 7 8`)],
}]);

Deno.test("Splice refuses gaps, and images of other sizes", () => {
  const run = (xcoord: readonly number[], width = 1) =>
    runLayer(
      netLayer("Splice", { xcoord, ycoord: [0, 0, 1, 1] }, { bottoms: ["a", "b", "c", "d"] }),
      [1, 1, 1, width].map((width) => tensor([1, 1, 1, width], `1 2`.slice(0, 2 * width - 1))),
    );
  const message = /, but they must be of one shape, and their xcoord and ycoord must make a square/;
  assert.throws(() => run([0, 1, 0, 2]), { message });
  assert.throws(() => run([0, 1, 0, 1], 2), { message });
  assert.doesNotThrow(() => run([0, 1, 0, 1]));
});

// As in DRML: each region has weights of its own.
const boxes = "xcoord: 0 xcoord: 2 xcoord: 0 xcoord: 2 ycoord: 0 ycoord: 0 ycoord: 1 ycoord: 1";

for (const [cut, join] of [["Box", "Splice"], ["Division", "Combination"]] as const) {
  testEverywhere(`${cut} and ${join} cut out regions, and put them together again`, {
    text: `input: "x" input_shape { dim: 1 dim: 1 dim: 2 dim: 4 }
    layer { name: "box" type: "${cut}" bottom: "x" top: "a" top: "b" top: "c" top: "d"
      ${cut.toLowerCase()}_param { width: 2 height: 1 ${boxes} } }
    layer { name: "twice" type: "Power" bottom: "b" top: "twice" power_param { scale: 2 } }
    layer { name: "less" type: "Power" bottom: "c" top: "less" power_param { shift: -1 } }
    layer { name: "y" type: "${join}" bottom: "a" bottom: "twice" bottom: "less" bottom: "d" top: "y"
      ${join.toLowerCase()}_param { ${boxes} } }`,
    inputs: [tensor([1, 1, 2, 4], `1 2 3 4  5 6 7 8`)],
    outputs: [tensor([1, 1, 2, 4], `1 2 6 8  4 5 7 8`)],
  });
}
