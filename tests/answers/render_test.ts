import assert from "node:assert/strict";
import { render } from "../../lib/answers/render.ts";
import type { Preprocessing } from "../../runtime/preprocess.ts";

const preprocessing: Preprocessing = {
  channelOrder: "bgr",
  resize: null,
  crop: null,
  mean: [104, 117, 123],
  scale: 1,
  meanImage: null,
};

/** The pixel that three numbers make. */
function pixelOf(numbers: readonly number[], how: Partial<Preprocessing> = {}): number[] {
  const tensor = { shape: [1, 3, 1, 1], data: Float32Array.from(numbers) };
  const { width, height, data } = render(tensor, { ...preprocessing, ...how });
  assert.deepEqual([width, height, data[3]], [1, 1, 255]);
  return [...data.subarray(0, 3)];
}

Deno.test("numbers become bytes as they most likely were meant", () => {
  assert.deepEqual(pixelOf([200, 10, 40]), [40, 10, 200]);
  assert.deepEqual(pixelOf([200, 10, 40], { channelOrder: "rgb" }), [200, 10, 40]);
  assert.deepEqual(pixelOf([-104, 3, 132]), [255, 120, 0]);
  assert.deepEqual(pixelOf([0, 1, 0.2]), [51, 255, 0]);
  assert.deepEqual(pixelOf([-1, 1, 0.2]), [153, 255, 0]);
  assert.deepEqual(pixelOf([-50, 300, 40]), [163, 255, 54]);
});
