import assert from "node:assert/strict";
import { whyNoPicture } from "../lib/check_preprocessing.ts";
import type { Preprocessing } from "../runtime/preprocess.ts";
import { plain } from "./preprocessing.ts";

const image = (...shape: number[]) => {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b)) };
};

const fitting: readonly Partial<Preprocessing>[] = [
  {},
  { mean: [1] },
  { mean: [1, 2, 3], scale: -0.5 },
  { crop: [4, 6] },
  { crop: [4, 6], resize: { exact: [4, 6] } },
  { crop: [4, 6], resize: { short: 6 } },
  { resize: { exact: [4, 6] } },
  { resize: { short: 4 } },
  { meanImage: image(3, 4, 6) },
];

const unfitting: readonly (readonly [Partial<Preprocessing>, RegExp])[] = [
  [{ scale: 0 }, /^they are multiplied by 0$/],
  [{ scale: Infinity }, /^they are multiplied by Infinity$/],
  [{ mean: [1, 2] }, /^there are 2 means, but the network's input has 3 channels$/],
  [
    { crop: [4, 6], resize: { exact: [4, 5] } },
    /^they are resized to \[4, 5\], which cannot be cropped to \[4, 6\]$/,
  ],
  [
    { crop: [4, 6], resize: { exact: [3, 6] } },
    /^they are resized to \[3, 6\], which cannot be cropped to \[4, 6\]$/,
  ],
  [
    { crop: [4, 5] },
    /^they are cropped to \[4, 5\], but the network's input is \[4, 6\]; crop them to that/,
  ],
  [
    { resize: { exact: [4, 5] } },
    /^they are resized to \[4, 5\], but the network's input is \[4, 6\]; set that size with preproc/,
  ],
  [
    { resize: { short: 5 } },
    /^they are resized to a shorter side of 5, but the network's input is \[4, 6\]/,
  ],
  [
    { meanImage: image(3, 4, 5) },
    /^the mean image \[3, 4, 5\] does not cover the network's input \[3, 4, 6\]$/,
  ],
];

Deno.test("whyNoPicture() accepts preprocessing that fits the input", () => {
  for (const settings of fitting) {
    assert.equal(whyNoPicture({ ...plain, ...settings }, [3, 4, 6]), undefined);
  }
});

for (const [settings, reason] of unfitting) {
  Deno.test(`whyNoPicture() refuses preprocessing: ${reason.source.slice(1, 50)}`, () => {
    assert.match(whyNoPicture({ ...plain, ...settings }, [3, 4, 6]) ?? "", reason);
  });
}
