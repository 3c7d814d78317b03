/**
 * The boxes that a detector finds, whatever form its outputs have.
 *
 * @module
 */
import type { Pair } from "../../runtime/ops/attribute.ts";
import type { Preprocessing } from "../../runtime/preprocess.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { boxesAtAnchors } from "./anchors.ts";
import { boxesIn, type FoundBox } from "./boxes.ts";
import { decodedBoxes } from "./decoded_boxes.ts";
import type { Part } from "./part.ts";
import { boxesInRegions } from "./regions.ts";
import type { Detection } from "./task_kinds.ts";
import { yolo5Boxes } from "./yolo5_boxes.ts";

/** A picture that was run, and what is known of the network. */
export interface DetectorRun {
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** The index of the picture in the batch. */
  readonly sample: number;
  /** The part of the picture that the network saw. */
  readonly seen: Part;
  /** The height and width of the picture. */
  readonly size: Pair;
  readonly labels: readonly string[] | null;
  /** Region-based detectors have it. */
  readonly preprocessing: Preprocessing | null;
}

/**
 * The boxes in a picture, in descending order of their scores.
 *
 * @param least The least score to decode; by default that of the original programs.
 */
export function foundBoxes(
  detection: Detection,
  { outputs, sample, seen, size, labels, preprocessing }: DetectorRun,
  least?: number,
): readonly FoundBox[] {
  switch (detection.form) {
    case "rows":
      return boxesIn(outputs[detection.output]!, sample, detection, labels, seen);
    case "anchors":
      return boxesAtAnchors(outputs, detection, labels, seen, least);
    case "boxes":
      return decodedBoxes(outputs, detection, labels, seen, least);
    case "yolo5":
      return yolo5Boxes(outputs, sample, detection, labels, seen, least);
    case "regions":
      return boxesInRegions(outputs, detection, labels, preprocessing!, size, least);
  }
}
