/**
 * Scored boxes, of which non-maximum suppression keeps the best. They include their last row and
 * column, as in the programs of Faster R-CNN and of those that follow it.
 *
 * @module
 */
import type { Pair } from "../../runtime/ops/attribute.ts";
import { type Box, suppress } from "../../runtime/ops/boxes.ts";

/** A box that includes its last row and column, and its score. */
export interface Candidate {
  readonly score: number;
  readonly box: Box;
}

/** The candidates that non-maximum suppression keeps, in descending order of their scores. */
export function best<C extends Candidate>(candidates: readonly C[], iouThreshold: number): C[] {
  const sorted = candidates.toSorted((a, b) => b.score - a.score);
  return suppress(sorted, ({ box }) => covered(box), { overlap: iouThreshold });
}

/**
 * The candidates that non-maximum suppression keeps, class by class without the background, in
 * descending order of their scores.
 */
export function bestOfClasses(
  classes: number,
  iouThreshold: number,
  candidatesOf: (index: number) => readonly Candidate[],
): (Candidate & { readonly index: number })[] {
  return Array.from({ length: classes - 1 }, (_, i) => i + 1).flatMap((index) =>
    best(candidatesOf(index), iouThreshold).map((candidate) => ({ ...candidate, index }))
  ).sort((a, b) => b.score - a.score);
}

/** A box clipped to the picture. */
export function clipped(box: Box, [height, width]: Pair): Box {
  const within = (x: number, extent: number) => Math.max(0, Math.min(x, extent - 1));
  return [
    within(box[0], width),
    within(box[1], height),
    within(box[2], width),
    within(box[3], height),
  ];
}

/** The same box, given by the ends of its rows and columns instead of the last ones. */
function covered([left, top, right, bottom]: Box): Box {
  return [left, top, right + 1, bottom + 1];
}
