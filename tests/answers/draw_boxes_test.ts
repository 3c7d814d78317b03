import assert from "node:assert/strict";
import { drawBoxes } from "../../lib/answers/draw_boxes.ts";
import { letterOf, letterSize } from "../../lib/answers/letters.ts";
import { colourOf } from "../../lib/answers/palette.ts";

Deno.test("a box is drawn in the colour of its class, with its label", () => {
  const image = { width: 100, height: 60, data: new Uint8ClampedArray(100 * 60 * 4) };
  const box = { index: 1, label: "A", score: 0.5, left: 0.2, top: 0.5, right: 0.6, bottom: 0.9 };
  const { data } = drawBoxes(image, [box]);
  const pixel = (x: number, y: number) => [...data.subarray((y * 100 + x) * 4).subarray(0, 4)];
  const colour = [...colourOf(1), 255], clear = [0, 0, 0, 255];
  assert.deepEqual(colour, [128, 0, 0, 255]);
  const frame = [[20, 30], [59, 30], [20, 53], [59, 53], [40, 31], [40, 52]];
  const label = [[20, 19], [58, 19], [58, 29]];
  for (const [x, y] of [...frame, ...label]) {
    assert.deepEqual(pixel(x!, y!), colour, `${x}, ${y}`);
  }
  const outside = [[19, 40], [60, 40], [20, 54], [40, 54], [59, 54]];
  for (const [x, y] of [...outside, [22, 32], [57, 51], [20, 18], [59, 19]]) {
    assert.deepEqual(pixel(x!, y!), clear, `${x}, ${y}`);
  }
  // The letters are white, and stand above the frame.
  for (const [place, letter] of [..."A 50 %"].entries()) {
    const drawn = Array.from({ length: 35 }, (_, i) => {
      return pixel(22 + 6 * place + i % 5, 30 - 11 + 2 + Math.floor(i / 5))[1] === 255;
    });
    assert.deepEqual(drawn, letterOf(letter), letter);
  }
  assert.ok(image.data.every((byte) => byte === 0), "the picture itself stays as it is");
});

Deno.test("the borders of a box are drawn at the nearest pixels", () => {
  const image = { width: 100, height: 60, data: new Uint8ClampedArray(100 * 60 * 4) };
  const places = { left: 0.206, right: 0.604, top: 0.51, bottom: 0.895 };
  const { data } = drawBoxes(image, [{ index: 1, label: null, score: 0.5, ...places }]);
  const isDrawn = (x: number, y: number) => data[(y * 100 + x) * 4] === 128;
  const row = Array.from({ length: 100 }, (_, x) => isDrawn(x, 45));
  assert.deepEqual([row.indexOf(true), row.lastIndexOf(true)], [21, 59]);
  const column = Array.from({ length: 60 }, (_, y) => isDrawn(30, y));
  assert.deepEqual([column.indexOf(true), column.lastIndexOf(true)], [20, 53]);
});

Deno.test("a label is moved until all of it is in the picture", () => {
  const image = { width: 100, height: 60, data: new Uint8ClampedArray(100 * 60 * 4) };
  const columnsOf = (left: number) => {
    const box = { index: 1, label: "A", score: 0.5, left, top: 0.5, right: 1, bottom: 1 };
    const { data } = drawBoxes(image, [box]);
    const row = Array.from({ length: 100 }, (_, x) => data[(20 * 100 + x) * 4] === 128);
    return [row.indexOf(true), row.lastIndexOf(true)];
  };
  assert.deepEqual([-0.1, 0, 0.5, 0.9].map(columnsOf), [[0, 38], [0, 38], [50, 88], [61, 99]]);
});

Deno.test("landmarks are drawn as dots in the colour of the class", () => {
  const image = { width: 100, height: 60, data: new Uint8ClampedArray(100 * 60 * 4) };
  const box = { index: 1, label: null, score: 0.5, left: 0.2, top: 0.5, right: 0.9, bottom: 0.9 };
  const landmarks = [[0.5, 0.75], [0.605, 0.75], [-0.5, 2]] as const;
  const { data } = drawBoxes(image, [{ ...box, landmarks }]);
  const isRed = (x: number, y: number) => data[(y * 100 + x) * 4] === 128;
  for (const x of [50, 60]) {
    for (const y of [44, 45, 46]) {
      assert.deepEqual([-2, -1, 0, 1, 2].map((i) => isRed(x + i, y)), [
        false,
        ...[true, true, true],
        false,
      ]);
    }
    for (const y of [43, 47]) assert.equal(isRed(x, y), false);
  }
});

Deno.test("all letters of the font differ", () => {
  const letters = Array.from({ length: 95 }, (_, i) => letterOf(String.fromCharCode(32 + i)));
  assert.ok(letters.every(({ length }) => length === letterSize.width * letterSize.height));
  assert.equal(new Set(letters.map(String)).size, 95);
  assert.deepEqual(letterOf("é"), letterOf("?"));
});
