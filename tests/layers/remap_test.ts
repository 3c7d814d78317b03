/**
 * appearance-flow's Remap and Resize, in loops like those of its Caffe.
 */
import assert from "node:assert/strict";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

/** A line of pixels, blurred by a tent before it shrinks, and sampled. */
function resizedLine(line: readonly number[], scale: number, size: number, crop = 0): number[] {
  const last = line.length - 1, at = (i: number) => line[Math.min(Math.max(i, 0), last)]!;
  const radius = 1 / scale, reach = Math.floor(radius);
  const norm = (2 * reach + 1) * radius - reach * (reach + 1);
  const blurred = scale >= 1 ? line : line.map((pixel, x) => {
    let sum = radius * pixel;
    for (let r = 1; r < radius; r++) sum += (radius - r) * (at(x - r) + at(x + r));
    return sum / norm;
  });
  return Array.from({ length: size }, (_, i) => {
    const x = Math.min(Math.max(i / scale + crop, 0), last);
    const left = Math.floor(x), right = Math.min(left + 1, last);
    return blurred[left]! * (right - x) + blurred[right]! * (1 - (right - x));
  });
}

function transposed(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, i) => rows.map((row) => row[i]!));
}

/** A plane of pixels, resized to `rows` × `columns`. */
function resized(
  plane: readonly (readonly number[])[],
  rows: number,
  columns: number,
): number[][] {
  const across = (columns - 1) / (plane[0]!.length - 1), down = (rows - 1) / (plane.length - 1);
  const wide = plane.map((row) => resizedLine(row, across, columns));
  return transposed(transposed(wide).map((column) => resizedLine(column, down, rows)));
}

/** A pixel of a plane, or 0 outside. */
const pixelOf = (plane: readonly (readonly number[])[], y: number, x: number) => plane[y]?.[x] ?? 0;

/** The sample of a plane at a position. */
function sampled(plane: readonly (readonly number[])[], x: number, y: number): number {
  const left = Math.floor(x), top = Math.floor(y), right = x - left, below = y - top;
  return (1 - below) * ((1 - right) * pixelOf(plane, top, left) +
        right * pixelOf(plane, top, left + 1)) +
    below * ((1 - right) * pixelOf(plane, top + 1, left) +
        right * pixelOf(plane, top + 1, left + 1));
}

const plane = [[1, 5, -2, 4, 0, 3, 7], [2, 2, 8, -1, 6, 1, 0], [9, 0, 3, 3, -4, 5, 2]];
const numbers = (rows: readonly (readonly number[])[]) => rows.flat().join(" ");
const image = tensor([1, 1, 3, 7], numbers(plane));

testLayer("Resize", [{
  does: "aligns the corners and blurs what it shrinks, with the settings of that fork",
  param: { crop: 0, height: 5, width: 3 },
  bottoms: [image],
  tops: [tensor([1, 1, 5, 3], numbers(resized(plane, 5, 3)))],
}, {
  does: "crops along an axis, and scales",
  param: { crop_x: 1, scale_x: 1.5, scale_y: 1 },
  bottoms: [image],
  tops: [tensor([1, 1, 3, 7], numbers(plane.map((row) => resizedLine(row, 1.5, 7, 1))))],
}, {
  does: "keeps an axis whose size is 0",
  param: { scale_x: 0.4, height: 0 },
  bottoms: [image],
  tops: [tensor([1, 1, 3, 3], numbers(plane.map((row) => resizedLine(row, 0.4, 3))))],
}]);

Deno.test("Resize of that fork needs a size or a scale along each axis, and pixels", () => {
  const run = (param: Record<string, number>) => runLayer(netLayer("Resize", param), [image]);
  const message = /^along an axis, its bottom has . pixels, its crop is .*, its size .* and its/;
  assert.throws(() => run({ crop: 0, height: 5 }), { message });
  assert.throws(() => run({ scale: 2, height: 5 }), { message });
  assert.throws(() => run({ crop: 1, height: 5, width: 5 }), { message });
  assert.throws(() => run({ scale: 0 }), { message });
});

const positions = [[-0.5, 0, 2.25, 6.5], [7.5, 3, 1, 5.75], [0, -1.25, 1.5, 2.5], [
  1,
  2,
  0.25,
  -0.75,
]];
const places = Array.from(
  { length: 8 },
  (_, i) => sampled(plane, positions.slice(0, 2).flat()[i]!, positions.slice(2).flat()[i]!),
);

testLayer("Remap", [{
  does: "samples at positions, and zeros outside",
  bottoms: [image, tensor([1, 2, 2, 4], numbers(positions))],
  tops: [tensor([1, 1, 2, 4], places.join(" "))],
}]);

Deno.test("Remap refuses what is not positions", () => {
  const layer = netLayer("Remap", {}, { bottoms: ["image", "positions"] });
  assert.throws(() => runLayer(layer, [image, tensor([1, 1, 1, 2], `0 1`)]), {
    message:
      "its bottoms are [1, 1, 3, 7] and [1, 1, 1, 2], but they must be images [N, C, H, W] " +
      "and positions [N, 2, rows, columns]",
  });
});

const flow = resized([[0, 1, 2], [1, 0, -1]], 3, 7);

testEverywhere("a flow that is resized for a Remap", {
  text: `input: "image" input_shape { dim: 1 dim: 1 dim: 3 dim: 7 }
    input: "low" input_shape { dim: 1 dim: 2 dim: 2 dim: 3 }
    layer { name: "flow" type: "Resize" bottom: "low" top: "flow"
      resize_param { height: 3 width: 7 } }
    layer { name: "y" type: "Remap" bottom: "image" bottom: "flow" top: "y" }`,
  inputs: [image, tensor([1, 2, 2, 3], `0 1 2  1 0 -1  0 1 2  1 0 -1`)],
  outputs: [tensor(
    [1, 1, 3, 7],
    numbers(flow.map((row) => row.map((place) => sampled(plane, place, place)))),
  )],
});

Deno.test("Resize fades at the lower and right border in networks without a Remap", () => {
  const { outputs } = runText(
    `layer { name: "y" type: "Resize" bottom: "x" top: "y" resize_param { height: 1 width: 4 } }`,
    { x: tensor([1, 1, 1, 2], `2 4`) },
  );
  assert.deepEqual(outputs.y, tensor([1, 1, 1, 4], `2 3 4 2`));
});
