import assert from "node:assert/strict";
import { render } from "../../lib/answers/render.ts";
import type { Preprocessing } from "../../runtime/preprocess.ts";
import { plain } from "../preprocessing.ts";

const preprocessing = { ...plain, mean: [104, 117, 123] };

/** The rendered pixel of three numbers. */
function pixelOf(numbers: readonly number[], how: Partial<Preprocessing> = {}): number[] {
  const tensor = { shape: [1, 3, 1, 1], data: Float32Array.from(numbers) };
  const { width, height, data } = render(tensor, 0, { ...preprocessing, ...how });
  assert.deepEqual([width, height, data[3]], [1, 1, 255]);
  return [...data.subarray(0, 3)];
}

Deno.test("the most likely range of an output is recognized", () => {
  assert.deepEqual(pixelOf([200, 10, 40]), [40, 10, 200]);
  assert.deepEqual(pixelOf([200, 10, 40], { channelOrder: "rgb" }), [200, 10, 40]);
  assert.deepEqual(pixelOf([-104, 3, 132]), [255, 120, 0]);
  assert.deepEqual(pixelOf([0, 1, 0.2]), [51, 255, 0]);
  assert.deepEqual(pixelOf([-1, 1, 0.2]), [153, 255, 0]);
  assert.deepEqual(pixelOf([-50, 300, 40]), [163, 255, 54]);
});

Deno.test("outputs in the range of scaled inputs are converted by the same scale", () => {
  const scaled = { mean: [127.5], scale: 1 / 255 };
  assert.deepEqual(pixelOf([-0.5, 0, 0.5], scaled), [255, 128, 0]);
  // What is from −1 to 1 is not of inputs from 0 to 1.
  assert.deepEqual(pixelOf([-1, 0, 1], { mean: [], scale: 1 / 255 }), [255, 128, 0]);
});

Deno.test("outputs in the range of preprocessed inputs get the means of a mean image's channels", () => {
  const data = Float32Array.of(103, 105, 117, 117, 120, 126);
  for (const shape of [[3, 1, 2], [1, 3, 2, 1]]) {
    const meanImage = { shape, data };
    assert.deepEqual(pixelOf([-104, 3, 132], { mean: [], meanImage }), [255, 120, 0]);
  }
});

Deno.test("a few outliers do not affect the recognized range", () => {
  const data = Float32Array.from({ length: 3 * 400 }, (_, i) => i % 400 / 399);
  data.set([1.6, -0.4], 100);
  const picture = (numbers: Float32Array, how: Partial<Preprocessing> = {}) => {
    const tensor = { shape: [1, 3, 20, 20], data: numbers };
    return [...render(tensor, 0, { ...preprocessing, ...how }).data];
  };
  const pixels = picture(data);
  assert.deepEqual(pixels.slice(4 * 100, 4 * 100 + 4), [64, 64, 255, 255]);
  assert.deepEqual(pixels.slice(4 * 101, 4 * 101 + 4), [65, 65, 0, 255]);
  assert.deepEqual(pixels.slice(4 * 399), [255, 255, 255, 255]);
  assert.deepEqual(picture(data, { mean: [], scale: 1 / 255 }), pixels);
});

Deno.test("one channel is grey, and any sample is read", () => {
  const tensor = { shape: [2, 1, 1, 2], data: Float32Array.of(0, 1, 0.2, 0.6) };
  const { width, height, data } = render(tensor, 1, preprocessing);
  assert.deepEqual([width, height], [2, 1]);
  assert.deepEqual([...data], [51, 51, 51, 255, 153, 153, 153, 255]);
});
