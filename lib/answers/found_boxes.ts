/**
 * The boxes that a detector finds, whatever form its outputs have.
 *
 * @module
 */
import { boxesAtAnchors } from "./anchors.ts";
import type { DetectorRun, FoundBox } from "./boxes.ts";
import { decodedBoxes } from "./decoded_boxes.ts";
import { boxesInRegions } from "./regions.ts";
import { boxesInRows } from "./rows.ts";
import type { Detection } from "./task_kinds.ts";
import { yolo5Boxes } from "./yolo5_boxes.ts";

/** The blobs from which boxes are decoded. */
export function decodedBlobs(detection: Detection): readonly string[] {
  switch (detection.form) {
    case "rows":
      return [detection.output];
    case "anchors":
      return detection.maps.flatMap(({ scores, deltas, landmarks }) => {
        return [scores, deltas, ...landmarks === null ? [] : [landmarks]];
      });
    case "boxes":
      return [detection.boxes, detection.scores];
    case "yolo5":
      return detection.maps.map(({ name }) => name);
    case "regions":
      return [detection.regions, detection.scores, detection.deltas];
  }
}

/**
 * The boxes in a picture, in descending order of their scores.
 *
 * @param least The least score to decode; by default that of the original programs.
 */
export function foundBoxes(
  detection: Detection,
  run: DetectorRun,
  least?: number,
): readonly FoundBox[] {
  switch (detection.form) {
    case "rows":
      return boxesInRows(detection, run);
    case "anchors":
      return boxesAtAnchors(detection, run, least);
    case "boxes":
      return decodedBoxes(detection, run, least);
    case "yolo5":
      return yolo5Boxes(detection, run, least);
    case "regions":
      return boxesInRegions(detection, run, least);
  }
}
