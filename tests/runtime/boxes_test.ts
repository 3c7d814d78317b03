/**
 * Non-maximum suppression, with the settings of the ops that select boxes.
 */
import assert from "node:assert/strict";
import { type Box, suppress } from "../../runtime/ops/boxes.ts";

const itself = (box: Box) => box;

const whole: Box = [0, 0, 4, 2], half: Box = [0, 0, 2, 2], apart: Box = [5, 0, 9, 2];

Deno.test("a box whose IoU with a better one exceeds the threshold is dropped", () => {
  const boxes = [whole, half, apart];
  assert.deepEqual(suppress(boxes, itself, { overlap: 0.5 }), boxes);
  assert.deepEqual(suppress(boxes, itself, { overlap: 0.49 }), [whole, apart]);
  assert.deepEqual(suppress(boxes, itself, { overlap: 0.5, strict: true }), [whole, apart]);
  assert.deepEqual(suppress(boxes, itself, { overlap: 1, most: 2 }), [whole, half]);
});

Deno.test("only boxes that are kept drop others", () => {
  const boxes: Box[] = [[0, 0, 4, 1], [1, 0, 5, 1], [2, 0, 6, 1]];
  assert.deepEqual(suppress(boxes, itself, { overlap: 0.5 }), [boxes[0], boxes[2]]);
});

Deno.test("the threshold shrinks after each box kept, as long as it is above a half", () => {
  const boxes = [apart, whole, [0, 0, 3, 2] as Box];
  assert.deepEqual(suppress(boxes, itself, { overlap: 0.8 }), boxes);
  assert.deepEqual(suppress(boxes, itself, { overlap: 0.8, eta: 0.9 }), [apart, whole]);
  const halves = [apart, whole, half];
  assert.deepEqual(suppress(halves, itself, { overlap: 0.5, eta: 0.9 }), halves);
});

Deno.test("boxes without area overlap nothing", () => {
  const boxes: Box[] = [[3, 1, 1, 2], [3, 1, 1, 2], [3, 2, 1, 0], [3, 2, 1, 0], [1, 1, 1, 1], [
    NaN,
    0,
    1,
    1,
  ], whole];
  assert.deepEqual(suppress(boxes, itself, { overlap: 0 }), boxes);
  // Where even an IoU of 0 is too much, only the best box is left.
  assert.deepEqual(suppress(boxes, itself, { overlap: 0, strict: true }), [boxes[0]]);
});
