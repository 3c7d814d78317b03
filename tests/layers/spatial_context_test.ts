/**
 * The layers of DSC, DAF-Net and CF-Caffe, against plain loops.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { namedValues, withInputShapes } from "../../runtime/graph.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const shape = [2, 3, 4, 5], x = numbers(shape, 1);
const factors = tensor([12], `0.5 1 -0.5  0.9 0.25 1.5  1 0.75 0.1  -1 2 0.6`);

/** The sums to the left, up, to the right and down, as the fork's loops compute them. */
function sums(rectify: (sum: number, channel: number) => number): Tensor[] {
  const [, , height, width] = shape as [number, number, number, number];
  return [[0, -1], [-1, 0], [0, 1], [1, 0]].map(([down, across], direction) =>
    tensorOf(shape, (n, c, row, column) => {
      const whole = [height, width], place = [row!, column!];
      const axis = down === 0 ? 1 : 0, isForward = down! + across! > 0;
      let sum = 0;
      let i = isForward ? 0 : whole[axis]! - 1;
      for (;; i += isForward ? 1 : -1) {
        const [h, w] = place.with(axis, i) as [number, number];
        sum = rectify(sum * factors.data[direction * 3 + c!]! + at(x, n!, c!, h, w), c!);
        if (i === place[axis]) return sum;
      }
    })
  );
}

const network = (type: string, settings: string) => `
  input: "x" input_shape { dim: 2 dim: 3 dim: 4 dim: 5 }
  layer { name: "y" type: "${type}" bottom: "x" top: "1" top: "2" top: "3" top: "4" ${settings} }`;

testEverywhere("IRNN adds what is left of the positions before, in four directions", {
  text: network("IRNN", "irnn_param { weight_fixed: false }"),
  inputs: [x],
  blobs: { "y:0": factors },
  outputs: sums((sum) => Math.max(sum, 0)),
});

const slopes = tensor([3], `0.2 -0.1 0.5`);

testEverywhere("RAT does so with learned slopes for negative sums", {
  text: network("RAT", "rat_param { initial_value: 0.9 slope: 0.2 learnable_slope: true }"),
  inputs: [x],
  blobs: { "y:0": factors, "y:1": slopes },
  outputs: sums((sum, channel) => sum > 0 ? sum : sum * slopes.data[channel]!),
});

Deno.test("IRNN keeps a row as it is along the columns, and needs an image of some size", () => {
  const tops = ["left", "up", "right", "down"];
  const row = tensor([1, 1, 1, 3], `1 -2 3`);
  const actual = runLayer(netLayer("IRNN", {}, { tops }), [row]).map(({ data }) => [...data]);
  assert.deepEqual(actual, [[2, 1, 3], [1, 0, 3], [1, 0, 3], [1, 0, 3]]);
  const large = tensor([1, 1, 1, 1001], Array(1001).fill(0).join(" "));
  assert.throws(() => runLayer(netLayer("IRNN", {}, { tops }), [large]), {
    message: /^its bottom has 1 × 1001 pixels, but at most 1000 rows and columns are unrolled$/,
  });
});

const pair = numbers([2, 2, 4, 5], 2), four = numbers([2, 4, 4, 5], 3);

testLayer("EltwiseAdv", [{
  does: "multiplies each run of channels by one channel",
  param: { operation: "PROD" },
  bottoms: [four, pair],
  tops: [
    tensorOf(
      four.shape,
      (n, c, h, w) => at(four, n!, c!, h!, w!) * at(pair, n!, Math.floor(c! / 2), h!, w!),
    ),
  ],
}]);

Deno.test("EltwiseAdv refuses other operations, and channels that do not divide", () => {
  const layer = (operation: string) =>
    netLayer("EltwiseAdv", { operation }, { bottoms: ["a", "b"] });
  assert.throws(() => runLayer(layer("SUM"), [four, pair]), {
    message: "its operation is SUM, but only PROD is implemented in Caffe",
  });
  assert.throws(() => runLayer(layer("PROD"), [x, pair]), {
    message: /^its bottoms are \[2, 3, 4, 5\] and \[2, 2, 4, 5\], but may differ only in their/,
  });
});

testLayer("InterpAdvance", [{
  does: "resizes to the size of its second bottom, with aligned corners",
  bottoms: [tensor([1, 1, 2, 2], `0 2 4 6`), tensor([1, 2, 3, 3], Array(18).fill(0).join(" "))],
  tops: [tensor([1, 1, 3, 3], `0 1 2 2 3 4 4 5 6`)],
}]);

const flat = numbers([2, 3, 20], 4), like = numbers([2, 1, 4, 5], 5);

/** A network that gives `x`, of `[2, 3, 20]`, another shape. */
const advance = (settings: string) => `
  input: "x" input_shape { dim: 2 dim: 3 dim: 20 }
  input: "like" input_shape { dim: 2 dim: 1 dim: 4 dim: 5 }
  layer { name: "y" type: "ReshapeAdvance" bottom: "x" bottom: "like" top: "y"
    reshape_param { ${settings} } }`;

for (const dims of [[0, 0, -1, -2], [0, 0, -2, -1], [0, 3, -2, -2]]) {
  const settings = `shape { ${dims.map((dim) => `dim: ${dim}`).join(" ")} }`;
  testEverywhere(`ReshapeAdvance to [${dims}] takes the −2 from the second bottom`, {
    text: advance(`${settings} axis: 0 num_axes: -1`),
    inputs: [flat, like],
    outputs: [{ shape: [2, 3, 4, 5], data: flat.data }],
  });
}

testLayer("ReshapeAdvance", [{
  does: "is a Reshape without a −2",
  param: { shape: { dim: [0, -1, 1] } },
  bottoms: [tensor([2, 3], `1 2 3  4 5 6`), tensor([1], `9`)],
  tops: [tensor([2, 3, 1], `1 2 3  4 5 6`)],
}]);

Deno.test("ReshapeAdvance refuses a −2 without an axis, another size, and runs of axes", () => {
  const refused = (settings: string, message: RegExp) =>
    assert.throws(() => loweredText(advance(settings)), { message });
  const shape = (dims: string) => `shape { ${dims.replaceAll(/\S+/g, "dim: $&")} }`;
  refused(shape("2 3 4 5 -2"), /has a −2 for axis 4, which its second bottom \[2, 1, 4, 5\] lacks/);
  refused(shape("0 0 -2 4"), /\[2, 3, 20\].*\[2, 3, 4, 4\]/);
  refused(shape("0 -2 -1 5"), /its top would be \[2, 1, 12, 5\], but from axis 1 on, that of the/);
  refused(`${shape("0 -2")} axis: 1`, /axis is 1/);
});

Deno.test("a network with ReshapeAdvance refuses another width, even with as many pixels", () => {
  const graph = loweredText(advance("shape { dim: 0 dim: 0 dim: -1 dim: -2 }"));
  const other = withInputShapes(graph, new Map([["x", [5, 3, 20]], ["like", [5, 1, 4, 5]]]));
  assert.deepEqual(namedValues(other).get("y")!.shape, [5, 3, 4, 5]);
  assert.throws(
    () => withInputShapes(graph, new Map([["x", [2, 3, 20]], ["like", [2, 1, 5, 4]]])),
    { message: /\[2, 1, 5, 4\]/ },
  );
});

function loweredText(text: string) {
  return convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }).graph;
}
