/**
 * The drawings of the digits example: reproducible, within their borders, and stored as samples.
 *
 * @module
 */
import decodePng from "@jsquash/png/decode.js";
import assert from "node:assert/strict";
import { drawDigit, freshDrawings, size } from "../../examples/digits/draw.ts";
import { seededRandom } from "../../examples/digits/random.ts";
import { styles } from "../../examples/digits/strokes.ts";
import { drawSamples } from "../../scripts/digits/samples.ts";

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

Deno.test("a seed repeats its drawings", () => {
  assert.deepEqual(freshDrawings(40, 5), freshDrawings(40, 5));
});

Deno.test("the first drawings of a seed do not depend on their number", () => {
  assert.deepEqual(freshDrawings(40, 5).slice(0, 10), freshDrawings(10, 5));
});

Deno.test("drawings of different seeds, digits or positions differ", () => {
  const drawings = [...freshDrawings(100, 5), ...freshDrawings(100, 6)];
  const different = new Set(drawings.map(({ image }) => image.join()));
  assert.equal(different.size, drawings.length);
});

Deno.test("drawings of different digits with the same random numbers differ", () => {
  const images = digits.map((digit) => drawDigit(digit, seededRandom(5)).join());
  assert.equal(new Set(images).size, 10);
});

Deno.test("fresh drawings are of the digits 0 to 9 in turn", () => {
  assert.deepEqual(freshDrawings(12, 5).map(({ digit }) => digit), [...digits, 0, 1]);
});

Deno.test("a drawing has 1 to 40 % bright ink on black, and none at the border", () => {
  for (const { image, digit } of freshDrawings(200, 7)) {
    assert.equal(image.length, size * size);
    assert.ok(Math.max(...image) >= 128, `the ink of a ${digit} is bright`);
    const ink = image.filter((grey) => grey >= 85).length / image.length;
    assert.ok(ink > 0.01 && ink < 0.4, `${ink} of a ${digit} is ink`);
    const edge = image.filter((_, i) => {
      const [row, column] = [Math.floor(i / size), i % size];
      return row === 0 || column === 0 || row === size - 1 || column === size - 1;
    });
    assert.ok(Math.max(...edge) < 85, `a ${digit} reaches the border`);
  }
});

Deno.test("every digit has at least three styles", () => {
  assert.equal(styles.length, 10);
  for (const ofDigit of styles) assert.ok(Object.keys(ofDigit).length >= 3);
});

Deno.test("only digits can be drawn", () => {
  for (const digit of [-1, 10, 0.5, NaN]) {
    assert.throws(() => drawDigit(digit, seededRandom(5)), {
      name: "RangeError",
      message: `Cannot draw ${digit}: it is not a digit`,
    });
  }
});

Deno.test("the stored samples equal those that the script draws", async () => {
  const folder = new URL("../../examples/digits/samples/", import.meta.url);
  const stored = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const samples = drawSamples();
  assert.deepEqual(stored, samples.map(({ name }) => `${name}.png`).sort());
  for (const { name, image } of samples) {
    const bytes = await Deno.readFile(new URL(`${name}.png`, folder));
    const { width, height, data } = await decodePng(bytes.buffer);
    assert.deepEqual([width, height], [size, size]);
    assert.deepEqual(new Uint8Array(data.filter((_, i) => i % 4 === 0)), image, name);
  }
});

Deno.test("the model has less than 500 kB, and a label for each digit", async () => {
  const folder = new URL("../../examples/digits/", import.meta.url);
  const { size: bytes } = await Deno.stat(new URL("digits.caffemodel", folder));
  assert.ok(bytes < 500_000);
  const labels = await Deno.readTextFile(new URL("labels.txt", folder));
  assert.deepEqual(labels.trimEnd().split("\n"), digits.map(String));
});
