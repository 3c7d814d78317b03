import assert from "node:assert/strict";
import { oversample } from "../lib/oversample.ts";
import { preprocess, type Preprocessing } from "../runtime/preprocess.ts";

/** A picture of 4 × 3 pixels, whose red is the column and whose green is the row. */
const image = {
  width: 4,
  height: 3,
  data: Uint8Array.from(
    { length: 48 },
    (_, i) => [(i >> 2) % 4, Math.floor(i / 16), 7, 255][i % 4]!,
  ),
};

const how: Preprocessing = {
  channelOrder: "rgb",
  resize: null,
  crop: [2, 2],
  mean: [],
  scale: 1,
  meanImage: null,
};

Deno.test("the ten crops are the corners and the center, then their mirror images", () => {
  const all = oversample(image, how, [3, 2, 2]);
  const firsts = Array.from({ length: 10 }, (_, i) => {
    const [red, next, , , green] = all.subarray(i * 12);
    return [green, red, next];
  });
  assert.deepEqual(firsts, [
    [0, 0, 1],
    [0, 2, 3],
    [1, 0, 1],
    [1, 2, 3],
    [0, 1, 2],
    [0, 1, 0],
    [0, 3, 2],
    [1, 1, 0],
    [1, 3, 2],
    [0, 2, 1],
  ]);
});

Deno.test("a picture may be as high or as wide as the crops, if not both", () => {
  const firsts = (crop: readonly [number, number]) => {
    const plane = crop[0] * crop[1], all = oversample(image, { ...how, crop }, [3, ...crop]);
    assert.equal(all.length, 10 * 3 * plane);
    return Array.from({ length: 5 }, (_, i) => [all[i * 3 * plane + plane], all[i * 3 * plane]]);
  };
  assert.deepEqual(firsts([3, 2]), [[0, 0], [0, 2], [0, 0], [0, 2], [0, 1]]);
  assert.deepEqual(firsts([1, 4]), [[0, 0], [0, 0], [2, 0], [2, 0], [1, 0]]);
});

for (const channels of [1, 3] as const) {
  for (const channelOrder of ["bgr", "rgb"] as const) {
    Deno.test(`the central crop equals that of preprocess() (${channels}, ${channelOrder})`, () => {
      const meanImage = {
        shape: [channels, 3, 4],
        data: Float32Array.from({ length: channels * 12 }, (_, i) => i / 3),
      };
      const all = { ...how, channelOrder, scale: 0.1, meanImage, resize: { short: 5 } } as const;
      assert.deepEqual(
        oversample(image, all, [channels, 2, 2]).subarray(4 * channels * 4, 5 * channels * 4),
        preprocess(image, all, [channels, 2, 2]),
      );
    });
  }
}

Deno.test("a picture resized to the size of the input cannot be oversampled", () => {
  for (const resize of [null, { exact: [2, 2] }] as const) {
    assert.throws(() => oversample(image, { ...how, resize, crop: null }, [3, 2, 2]), {
      message: /^Cannot oversample the image: it is resized to \[2, 2\]/,
    });
  }
});
