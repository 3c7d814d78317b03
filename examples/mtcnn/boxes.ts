/**
 * Boxes around faces: overlap, non-maximum suppression and regression.
 *
 * @module
 */

/** Left, top, right and bottom, in pixels of the photograph. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** A box that may contain a face. */
export interface Candidate {
  readonly box: Box;
  /** The score, from 0 to 1. */
  readonly score: number;
  /** The predicted offsets of the sides, relative to the box's width and height. */
  readonly moves: Box;
}

/** Non-maximum suppression: drops boxes that overlap too much with better ones. Best first. */
export function suppress<C extends Candidate>(
  candidates: readonly C[],
  allowed: number,
  overlap: (a: Box, b: Box) => number = overUnion,
): C[] {
  const kept: C[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => overlap(box, candidate.box) <= allowed)) kept.push(candidate);
  }
  return kept;
}

/** Intersection over union. */
export function overUnion(a: Box, b: Box): number {
  const common = intersection(a, b);
  return common / (area(a) + area(b) - common);
}

/** The intersection, relative to the smaller box. */
export function overSmaller(a: Box, b: Box): number {
  return intersection(a, b) / Math.min(area(a), area(b));
}

/** The candidate's box with the predicted offsets applied. */
export function moved({ box, moves }: Candidate): Box {
  const [left, top, right, bottom] = box;
  const width = right - left, height = bottom - top;
  return [
    left + moves[0] * width,
    top + moves[1] * height,
    right + moves[2] * width,
    bottom + moves[3] * height,
  ];
}

/** The square with the same center, as wide as the longer side. */
export function squared([left, top, right, bottom]: Box): Box {
  const half = Math.max(right - left, bottom - top) / 2;
  const x = (left + right) / 2, y = (top + bottom) / 2;
  return [x - half, y - half, x + half, y + half];
}

function intersection(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return Math.max(0, width) * Math.max(0, height);
}

function area([left, top, right, bottom]: Box): number {
  return (right - left) * (bottom - top);
}
