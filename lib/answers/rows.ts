/**
 * The boxes of detectors whose last layer decodes them, such as SSD and YOLO: one row for each.
 *
 * @module
 */
import { type Graph, namedValues } from "../../runtime/graph.ts";
import { type DetectorRun, type FoundBox, labelOf } from "./boxes.ts";
import { producersOf } from "./producers.ts";
import type { RowDetection } from "./task_kinds.ts";

/** The detection of a network with a detection op among its outputs. */
export function rowDetectionOf(graph: Graph): RowDetection | undefined {
  const kind = "detection", form = "rows";
  const values = namedValues(graph), producers = producersOf(graph);
  for (const output of graph.outputs) {
    const node = producers.get(values.get(output)!);
    if (node?.op === "detectionOutput") {
      const { classes, background } = node.attributes, hasBackground = background === 0;
      return { kind, form, output, classes, hasBackground, hasImageIndex: true };
    }
    if (node?.op === "yoloOutput") {
      const classes = node.attributes.classes + 1;
      return { kind, form, output, classes, hasBackground: true, hasImageIndex: false };
    }
  }
}

/**
 * The boxes in one picture, clamped to it, in descending order of their scores, from rows that may
 * have more columns than their coordinates.
 */
export function boxesInRows(
  detection: Pick<RowDetection, "output" | "classes" | "hasBackground">,
  { outputs, sample, labels, seen }: Pick<DetectorRun, "outputs" | "sample" | "labels" | "seen">,
): FoundBox[] {
  const { shape, data } = outputs[detection.output]!, columns = shape.at(-1)!;
  const across = (x: number) => clamped(seen.left + x * seen.width);
  const down = (y: number) => clamped(seen.top + y * seen.height);
  const boxes: FoundBox[] = [];
  for (let at = 0; at < data.length; at += columns) {
    const [image, index, score, left, top, right, bottom] = data.subarray(at, at + 7);
    // Without detections there is one row of −1.
    if (image !== sample || index! < 0) continue;
    boxes.push({
      index: index!,
      label: labelOf(index!, detection, labels),
      score: score!,
      left: across(left!),
      top: down(top!),
      right: across(right!),
      bottom: down(bottom!),
    });
  }
  return boxes.sort((a, b) => b.score - a.score);
}

function clamped(coordinate: number): number {
  return Math.min(1, Math.max(0, coordinate));
}
