/**
 * Reads what a network gives: classes, or boxes.
 *
 * @module
 */
import type { Model } from "../lib/model.ts";
import { areProbabilities, scoresAmong } from "../lib/scores.ts";
import { largest } from "../runtime/largest.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { Answer, FoundBox } from "./messages.ts";
import type { Seen } from "./sight.ts";

/** The ops whose output is a row a box: image, class, score, left, top, right, bottom. */
const detectors: readonly string[] = ["detectionOutput", "yoloOutput"];

/** So many boxes at most are shown. */
const mostBoxes = 100;

/**
 * What outputs mean for people.
 *
 * @param seen Which part of the picture the network saw.
 */
export function answerOf(
  outputs: Readonly<Record<string, Tensor>>,
  model: Model,
  seen: Seen,
): Omit<Answer, "device" | "ms"> {
  const { graph, labels } = model;
  const found = graph.nodes.find(({ op, output }) => {
    return detectors.includes(op) && graph.outputs.some((name) => graph.names.get(name) === output);
  });
  const name = found && graph.outputs.find((name) => graph.names.get(name) === found.output);
  const scores = name === undefined ? scoresAmong(outputs, 1, labels) : undefined;
  return {
    outputs: Object.entries(outputs).map(([name, { shape }]) => ({ name, shape })),
    boxes: name === undefined ? null : boxesIn(outputs[name]!.data, labels, seen),
    classes: scores === undefined ? null : largest(scores.data, 5).map(({ index, value }) => {
      return { index, label: labels?.[index] ?? null, score: value };
    }),
    probabilities: scores !== undefined && areProbabilities(scores.data),
  };
}

function boxesIn(
  rows: Float32Array,
  labels: readonly string[] | null,
  seen: Seen,
): FoundBox[] {
  const boxes: FoundBox[] = [];
  for (let at = 0; at + 7 <= rows.length; at += 7) {
    const [, index, score, left, top, right, bottom] = rows.subarray(at, at + 7);
    // A row of −1 says that nothing was found.
    if (index! < 0) continue;
    boxes.push({
      index: index!,
      label: labels?.[index!] ?? null,
      score: score!,
      left: seen.left + left! * seen.width,
      top: seen.top + top! * seen.height,
      right: seen.left + right! * seen.width,
      bottom: seen.top + bottom! * seen.height,
    });
  }
  return boxes.sort((a, b) => b.score - a.score).slice(0, mostBoxes);
}
