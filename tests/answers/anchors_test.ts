/**
 * The boxes and landmarks of RetinaFace, against numbers worked out by hand.
 */
import assert from "node:assert/strict";
import { anchorDetectionOf, boxesAtAnchors } from "../../lib/answers/anchors.ts";
import { whole } from "../../lib/answers/part.ts";
import { taskOf } from "../../lib/answers/task.ts";
import { convert } from "../../mod.ts";
import { retinaface } from "../retinaface.ts";

function graphOf(text: string) {
  return convert({ bytes: new TextEncoder().encode(text), name: "net" }, { warn() {} }).graph;
}

const detection = anchorDetectionOf(graphOf(retinaface()))!;

/** The score of an anchor at a position, and the deltas of its box and landmarks, otherwise 0. */
interface Found {
  readonly stride: 8 | 16 | 32;
  readonly anchor: 0 | 1;
  readonly row: number;
  readonly column: number;
  readonly score: number;
  readonly deltas?: readonly [number, number, number, number];
  readonly landmarks?: readonly number[];
}

/** The outputs with some boxes. */
function outputsFor(found: readonly Found[]) {
  return Object.fromEntries([32, 16, 8].flatMap((stride) => {
    const [height, width] = [64 / stride, 96 / stride], positions = height * width;
    const scores = { shape: [1, 4, height, width], data: new Float32Array(4 * positions) };
    const deltas = { shape: [1, 8, height, width], data: new Float32Array(8 * positions) };
    const landmarks = { shape: [1, 20, height, width], data: new Float32Array(20 * positions) };
    // The background, the first two channels, is likely everywhere.
    scores.data.fill(0.95, 0, 2 * positions);
    for (const { anchor, row, column, score, ...box } of found) {
      if (box.stride !== stride) continue;
      const position = row * width + column;
      scores.data[(2 + anchor) * positions + position] = score;
      for (const [i, delta] of (box.deltas ?? []).entries()) {
        deltas.data[(4 * anchor + i) * positions + position] = delta;
      }
      for (const [i, delta] of (box.landmarks ?? []).entries()) {
        landmarks.data[(10 * anchor + i) * positions + position] = delta;
      }
    }
    return [
      [`face_rpn_cls_prob_reshape_stride${stride}`, scores],
      [`face_rpn_bbox_pred_stride${stride}`, deltas],
      [`face_rpn_landmark_pred_stride${stride}`, landmarks],
    ];
  }));
}

const outputs = outputsFor([
  // The center is 7.5 + 24 + 4, 7.5 + 16 − 8; the size 32 × 16.
  {
    ...{ stride: 8, anchor: 1, row: 2, column: 3, score: 0.875 },
    deltas: [0.25, -0.5, Math.log(2), 0],
    landmarks: [-0.25, -0.5, 0.5, -0.5, 0, 0.125, -3, 0.25, 0.5, 4],
  },
  // 16, 0 to 47, 31: its IoU with the first is 448 / 1088.
  { stride: 8, anchor: 0, row: 1, column: 3, score: 0.75 },
  // 24, −24 to 87, 39.
  { stride: 16, anchor: 1, row: 0, column: 3, score: 0.6875 },
  // The whole picture, when clipped: its IoU with the last one is 2560 / 6144.
  { stride: 32, anchor: 0, row: 0, column: 0, score: 0.625 },
  // The center is 7.5 + 80, 7.5 + 48; the size 8 × 8.
  {
    ...{ stride: 16, anchor: 0, row: 3, column: 5, score: 0.5 },
    deltas: [0, 0, -Math.log(16), -Math.log(16)],
  },
  // The center is 7.5 + 64, 7.5 + 32; the size 32 × 32.
  {
    ...{ stride: 32, anchor: 1, row: 1, column: 2, score: 0.4375 },
    deltas: [0, 0, -Math.log(8), -Math.log(8)],
  },
]);

/** The boxes that are found, with coordinates in pixels of the input. */
function rowsOf(labels: string[] | null = null, seen = whole, threshold?: number) {
  return boxesAtAnchors(detection, { outputs, labels, seen }, threshold)
    .map(({ index, label, score, left, top, right, bottom }) => {
      const pixels = [left * 96, top * 64, right * 96, bottom * 64];
      return [index, label, score, ...pixels.map((x) => Math.round(x * 1000) / 1000)];
    });
}

Deno.test("RetinaFace's boxes are decoded, clipped, and suppressed by better ones", () => {
  const best = [
    [1, "face", 0.875, 20, 8, 51, 23],
    [1, "face", 0.6875, 24, 0, 87, 39],
    [1, "face", 0.5, 84, 52, 91, 59],
  ];
  assert.deepEqual(rowsOf(), best);
  assert.deepEqual(rowsOf(null, whole, 0.4), [...best, [1, "face", 0.4375, 56, 24, 87, 55]]);
  assert.deepEqual(rowsOf(null, whole, 0.9), []);
});

Deno.test("RetinaFace's boxes have labels, and are relative to the part that it saw", () => {
  const seen = { left: 0.5, top: 0.25, width: 0.5, height: 0.75 };
  assert.deepEqual(rowsOf(["nothing", "person"], seen, 0.8), [
    [1, "person", 0.875, 48 + 10, 16 + 6, 48 + 25.5, 16 + 17.25],
  ]);
});

Deno.test("RetinaFace's landmarks are relative to its anchors, and are not clipped", () => {
  // Those of the best box are relative to the center 7.5 + 24, 7.5 + 16 and the size 16.
  const inPixels = [[27.5, 15.5], [39.5, 15.5], [31.5, 25.5], [-16.5, 27.5], [39.5, 87.5]];
  const [best, second] = boxesAtAnchors(detection, { outputs, labels: null, seen: whole });
  assert.deepEqual(best!.landmarks, inPixels.map(([x, y]) => [x! / 96, y! / 64]));
  assert.deepEqual(second!.landmarks, new Array(5).fill([(7.5 + 48) / 96, 7.5 / 64]));

  const seen = { left: 0.5, top: 0.25, width: 0.5, height: 0.75 };
  const [part] = boxesAtAnchors(detection, { outputs, labels: null, seen });
  const expected = inPixels.map(([x, y]) => [0.5 + x! / 192, 0.25 + 0.75 * (y! / 64)]);
  assert.deepEqual(part!.landmarks, expected);

  const withoutLandmarks = anchorDetectionOf(graphOf(retinaface({ landmarks: false })))!;
  const [box] = boxesAtAnchors(withoutLandmarks, { outputs, labels: null, seen: whole });
  assert.equal("landmarks" in box!, false);
});

Deno.test("RetinaFace is recognized by its outputs", () => {
  assert.deepEqual(
    detection.maps,
    [[32, 512, 256], [16, 128, 64], [8, 32, 16]].map(
      ([stride, ...anchors]) => ({
        stride,
        anchors,
        scores: `face_rpn_cls_prob_reshape_stride${stride}`,
        deltas: `face_rpn_bbox_pred_stride${stride}`,
        landmarks: `face_rpn_landmark_pred_stride${stride}`,
      }),
    ),
  );
  assert.equal(taskOf(graphOf(retinaface({ landmarks: false })), null).kind, "detection");
  const others = {
    "another stride": retinaface({ strides: [32, 16, 4] }),
    "a further stride": retinaface({ strides: [32, 16, 8, 4] }),
    "a stride less": retinaface({ strides: [32, 16] }),
    "three anchors": retinaface({ anchors: 3 }),
    "no probabilities": retinaface({ probability: "Sigmoid" }),
    "other boxes": retinaface().replaceAll("bbox_pred", "box"),
    "a further output": retinaface() +
      `layer { name: "type" type: "ReLU" bottom: "pool8" top: "type" }`,
    "other landmarks": retinaface().replaceAll(
      /(name: "landmark_pred8".*\n.*\n.*num_output:) 20/g,
      "$1 10",
    ),
    "other extents": retinaface().replace(
      /(name: "bbox_pred8".*\n.*\n.*kernel_size: 1)/,
      "$1 stride: 2",
    ),
  };
  for (const [what, text] of Object.entries(others)) {
    assert.equal(anchorDetectionOf(graphOf(text)), undefined, what);
  }
});
