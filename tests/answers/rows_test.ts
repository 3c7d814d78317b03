import assert from "node:assert/strict";
import { whole } from "../../lib/answers/part.ts";
import { boxesInRows } from "../../lib/answers/rows.ts";
import type { RowDetection } from "../../lib/answers/task_kinds.ts";

const detection: RowDetection = {
  kind: "detection",
  form: "rows",
  output: "found",
  classes: 3,
  hasBackground: true,
  hasImageIndex: true,
};

function tensorOf(...rows: number[][]) {
  return { shape: [1, 1, rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()) };
}

function found(
  rows: ReturnType<typeof tensorOf>,
  sample = 0,
  labels: readonly string[] | null = null,
  seen = whole,
  hasBackground = true,
) {
  return boxesInRows({ ...detection, hasBackground }, {
    outputs: { found: rows },
    sample,
    labels,
    seen,
  });
}

Deno.test("boxes of one picture are sorted by score and clamped to it", () => {
  const rows = tensorOf(
    [0, 1, 0.25, 0, 0, 0.5, 0.5],
    [1, 2, 0.75, 0.25, 0.25, 0.5, 0.5],
    [0, 2, 0.5, -0.5, 0.25, 0.5, 1.5],
  );
  const seen = { left: 0, top: 0.25, width: 1, height: 0.5 };
  const box = { index: 2, label: "dog", left: 0, top: 0.375, right: 0.5 };
  assert.deepEqual(found(rows, 0, ["nothing", "cat", "dog"], seen), [
    { ...box, score: 0.5, bottom: 1 },
    { index: 1, label: "cat", score: 0.25, left: 0, top: 0.25, right: 0.5, bottom: 0.5 },
  ]);
  assert.deepEqual(found(rows, 1, null, seen), [
    { ...box, label: null, score: 0.75, left: 0.25, bottom: 0.5 },
  ]);
  const none = tensorOf([0, -1, -1, -1, -1, -1, -1], [1, -1, -1, -1, -1, -1, -1]);
  assert.deepEqual(found(none, 1), []);
});

Deno.test("a list of labels may leave out the background", () => {
  const row = tensorOf([0, 2, 0.5, 0, 0, 1, 1]);
  const label = (labels: string[], hasBackground = true) =>
    found(row, 0, labels, whole, hasBackground)[0]!.label;
  assert.equal(label(["nothing", "cat", "dog"]), "dog");
  assert.equal(label(["cat", "dog"]), "dog");
  assert.equal(label(["cat", "dog"], false), null);
});

Deno.test("rows with corners are read as boxes", () => {
  const corners = [0, 0, 1, 0, 1, 1, 0, 1];
  const rows = tensorOf(
    [0, 1, 0.5, 0, 0, 0.5, 0.5, ...corners],
    [0, 1, 0.75, 0.5, 0.5, 1, 1, ...corners],
  );
  assert.deepEqual(found(rows).map(({ left }) => left), [0.5, 0]);
});
