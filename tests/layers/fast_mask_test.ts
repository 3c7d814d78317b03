/**
 * FastMask's layers, in loops like those of its Caffe, and a small network like its second half.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { inputText } from "../input_text.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

/** The windows around each corner of the pixels of an image `[1, C, H, W]`. */
function windowsOf(
  data: readonly number[],
  [channels, height, width]: readonly [number, number, number],
  [windowHeight, windowWidth]: readonly [number, number],
): number[] {
  const windows: number[] = [];
  for (let row = 0; row <= height; row++) {
    for (let column = 0; column <= width; column++) {
      for (let c = 0; c < channels; c++) {
        for (let h = row - windowHeight / 2; h < row + windowHeight / 2; h++) {
          for (let w = column - windowWidth / 2; w < column + windowWidth / 2; w++) {
            const isInside = h >= 0 && h < height && w >= 0 && w < width;
            windows.push(isInside ? data[(c * height + h) * width + w]! : 0);
          }
        }
      }
    }
  }
  return windows;
}

const numbers = Array.from({ length: 12 }, (_, i) => (i * 7) % 12 + 1);

testLayer("SlidingWindow", [{
  does: "cuts out the window around each corner of the pixels",
  param: { window_h: 4, window_w: 2 },
  bottoms: [tensor([1, 2, 2, 3], numbers.join(" "))],
  tops: [tensor([12, 2, 4, 2], windowsOf(numbers, [2, 2, 3], [4, 2]).join(" "))],
}]);

Deno.test("SlidingWindow refuses odd windows and several images", () => {
  const run = (window_h: number, batch: number) =>
    runLayer(netLayer("SlidingWindow", { window_h, window_w: 2 }), [
      tensor([batch, 1, 1, 1], numbers.slice(0, batch).join(" ")),
    ]);
  assert.throws(() => run(3, 1), {
    message: "its window is [3, 2], but window_h and window_w must be even, and above 0",
  });
  assert.throws(() => run(2, 2), {
    message: "its bottom is [2, 1, 1, 1], but it must be [1, C, H, W]",
  });
});

Deno.test("SlidingWindow takes an image of another size, but neither several nor other channels", () => {
  const text = inputText("x", [1, 2, 3, 3]) +
    `layer { name: "y" type: "SlidingWindow" bottom: "x" top: "y"
      sliding_window_param { window_h: 2 window_w: 2 } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" });
  const to = (...shape: number[]) => withInputShapes(graph, new Map([["x", shape]]));
  assert.deepEqual(to(1, 2, 4, 5).names.get("y")!.shape, [30, 2, 2, 2]);
  assert.throws(() => to(2, 2, 3, 3), TypeError);
  assert.throws(() => to(1, 1, 3, 3), TypeError);
});

const samples = tensor([4, 2], `1 2  3 4  5 6  7 8`);

testLayer("TopK", [{
  does: "selects the samples with the highest scores, in their order",
  bottoms: [samples, tensor([4, 1], `0.3 0.9 0.1 0.5`), tensor([2, 1, 1, 1], `0 0`)],
  tops: [tensor([2, 2], `3 4  7 8`), tensor([2, 1, 1, 1], `1 3`)],
}, {
  does: "may have one top, and select all",
  bottoms: [samples, tensor([4], `3 1 4 2`), tensor([4], `0 0 0 0`)],
  tops: [samples],
}]);

Deno.test("TopK refuses other scores, and more samples than there are", () => {
  const run = (scores: string, top: number) =>
    runLayer(netLayer("TopK", {}, { bottoms: ["x", "scores", "k"] }), [
      samples,
      tensor([scores.length], [...scores].join(" ")),
      tensor([top, 1], new Array(top).fill(0).join(" ")),
    ]);
  const message = /^its bottoms are .*, but the second must have one number for each sample/;
  assert.throws(() => run("123", 2), { message });
  assert.throws(() => run("1234", 5), { message });
});

testLayer("TileProduct", [{
  does: "multiplies all channels by one",
  bottoms: [tensor([2, 2, 1, 2], `1 2 3 4  5 6 7 8`), tensor([2, 1, 1, 2], `1 10  2 -1`)],
  tops: [tensor([2, 2, 1, 2], `1 20 3 40  10 -6 14 -8`)],
}]);

// The score of a window is the sum of its pixels.
const image = [1, -2, 4, 9, -17, 33, 60, -121, 241];
const windows = windowsOf(image, [1, 3, 3], [2, 2]);
const sums = Array.from(
  { length: 16 },
  (_, i) => windows.slice(4 * i, 4 * i + 4).reduce((sum, x) => sum + x),
);
const best = sums.map((_, i) => i).sort((a, b) => sums[b]! - sums[a]!).slice(0, 3)
  .sort((a, b) => a - b);

testEverywhere("the best windows of an image, with their attention", {
  text: `input: "x" input_shape { dim: 1 dim: 1 dim: 3 dim: 3 }
    layer { name: "sample" type: "SlidingWindow" bottom: "x", top: "sample"
      sliding_window_param { window_h: 2 window_w: 2 } }
    layer { name: "score" type: "InnerProduct" bottom: "sample" top: "score"
      inner_product_param { num_output: 1 weight_filler: { type: "constant" value: 1 } } }
    layer { name: "k" type: "DummyData" top: "k" dummy_data_param { shape { dim: 3 dim: 1 } } }
    layer { name: "top_k" type: "TopK" bottom: "sample" bottom: "score" bottom: "k"
      top: "best" top: "index" }
    layer { name: "y" type: "TileProduct" bottom: "best" bottom: "best" top: "y" }`,
  inputs: [tensor([1, 1, 3, 3], image.join(" "))],
  outputs: [
    tensor([3, 1, 1, 1], best.join(" ")),
    tensor(
      [3, 1, 2, 2],
      best.flatMap((i) => windows.slice(4 * i, 4 * i + 4)).map((x) => x * x).join(" "),
    ),
  ],
});
