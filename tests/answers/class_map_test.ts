import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";
import { decode } from "@jsquash/png/decode.js";
import {
  type ClassMap,
  classMapOf,
  mapOfPicture,
  overlay,
  paintMap,
  sharesOf,
} from "../../lib/answers/class_map.ts";
import { colourOf } from "../../lib/answers/palette.ts";
import { whole } from "../../lib/answers/part.ts";
import { writeMap } from "../../lib/emit/png.ts";

function mapOf(rows: readonly (readonly number[])[]): ClassMap {
  return { width: rows[0]!.length, height: rows.length, classes: Int32Array.from(rows.flat()) };
}

Deno.test("a pixel has the class with the highest score, the first of equals", () => {
  const scores = [[3, -1], [0, 2], [0, 2], /* the next picture */ [-5, 1], [-2, 0], [-1, 2]];
  const tensor = { shape: [2, 3, 1, 2], data: Float32Array.from(scores.flat()) };
  assert.deepEqual(classMapOf(tensor, 0, false), mapOf([[0, 1]]));
  assert.deepEqual(classMapOf(tensor, 1, false), mapOf([[2, 2]]));
  const classes = { shape: [2, 1, 1, 2], data: Float32Array.of(7, 0, 300, 1) };
  assert.deepEqual(classMapOf(classes, 1, true), mapOf([[300, 1]]));
});

Deno.test("shares are sorted in descending order, and equal ones by their classes", () => {
  assert.deepEqual(sharesOf(mapOf([[1, 0, 1], [1, 2, 0]]), ["sky", "sea"]), [
    { index: 1, label: "sea", share: 1 / 2 },
    { index: 0, label: "sky", share: 1 / 3 },
    { index: 2, label: null, share: 1 / 6 },
  ]);
  assert.deepEqual(sharesOf(mapOf([[5, 3, 4]]), null).map(({ index }) => index), [3, 4, 5]);
});

Deno.test("a map is resized to the part of the picture that it covers", () => {
  const map = mapOf([[1, 2], [3, 4]]);
  assert.deepEqual(mapOfPicture(map, [2, 2], whole), map);
  assert.deepEqual(
    mapOfPicture(map, [3, 4], whole),
    mapOf([[1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]),
  );
  assert.deepEqual(
    mapOfPicture(map, [2, 8], { left: 0.25, top: 0, width: 0.5, height: 1 }),
    mapOf([[-1, -1, 1, 1, 2, 2, -1, -1], [-1, -1, 3, 3, 4, 4, -1, -1]]),
  );
  assert.deepEqual(
    mapOfPicture(map, [4, 2], { left: 0, top: 0.25, width: 1, height: 0.5 }),
    mapOf([[-1, -1], [1, 2], [3, 4], [-1, -1]]),
  );
});

Deno.test("colours are those of PASCAL VOC", () => {
  const expected = new Map([
    [0, [0, 0, 0]],
    [1, [128, 0, 0]],
    [8, [64, 0, 0]],
    [15, [192, 128, 128]],
    [20, [0, 64, 128]],
    [255, [224, 224, 192]],
  ]);
  for (const [index, colour] of expected) assert.deepEqual(colourOf(index), colour);
  assert.equal(new Set(Array.from({ length: 256 }, (_, i) => String(colourOf(i)))).size, 256);
});

Deno.test("a map is an indexed PNG with the classes as indices", async () => {
  const map = mapOf([[0, 1, 254], [-1, 15, 20]]);
  const png = await new Blob(writeMap(map)).bytes();
  const { width, height, data } = await decode(png.buffer);
  assert.deepEqual([width, height], [3, 2]);
  const colours = [0, 1, 254, 255, 15, 20].flatMap((index) => [...colourOf(index), 255]);
  assert.deepEqual([...data], colours);
  const text = new TextDecoder("latin1").decode(png);
  const start = text.indexOf("IDAT"), end = text.indexOf("IEND");
  const rows = inflateSync(png.subarray(start + 4, end - 8));
  assert.deepEqual([...rows], [0, 0, 1, 254, 0, 255, 15, 20]);
  assert.throws(
    () => writeMap(mapOf([[255]])),
    /^RangeError: Cannot write the class map: it has a class 255, but/,
  );
});

Deno.test("a map is painted where it covers the picture, also with the first class", () => {
  const { data } = paintMap({ width: 2, height: 1, classes: Int32Array.of(0, -1) });
  assert.deepEqual([...data], [0, 0, 0, 255, 0, 0, 0, 0]);
});

Deno.test("a class from 256 on is painted in the colour of its remainder", () => {
  const { data } = paintMap(mapOf([[255, 256 + 15, 1 << 20]]));
  assert.deepEqual([...data], [255, 15, 0].flatMap((index) => [...colourOf(index), 255]));
});

Deno.test("an overlay blends the picture and the map where the map covers it", () => {
  const map = mapOf([[1, -1]]);
  const image = { width: 2, height: 1, data: Uint8Array.of(100, 50, 0, 9, 1, 2, 3, 4) };
  assert.deepEqual([...overlay(image, map).data], [114, 25, 0, 255, 1, 2, 3, 255]);
  assert.deepEqual([...paintMap(map).data], [128, 0, 0, 255, 0, 0, 0, 0]);
  assert.deepEqual([...paintMap(mapOf([[-1, 1]])).data], [0, 0, 0, 0, 128, 0, 0, 255]);
});
