/**
 * Boxes around faces: how much they overlap, and how they are moved.
 *
 * @module
 */

/** Left, top, right and bottom, in pixels of the photograph. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** A box that may hold a face. */
export interface Candidate {
  readonly box: Box;
  /** How sure the network is, 0 to 1. */
  readonly score: number;
  /** How far the sides should move, as parts of the box's width and height. */
  readonly moves: Box;
}

/** The best of those that overlap more than allowed, best first. */
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

/** What two boxes share, as a part of what they cover together. */
export function overUnion(a: Box, b: Box): number {
  const common = shared(a, b);
  return common / (area(a) + area(b) - common);
}

/** What two boxes share, as a part of the smaller one. */
export function overSmaller(a: Box, b: Box): number {
  return shared(a, b) / Math.min(area(a), area(b));
}

/** The candidate's box with its sides moved as the network says. */
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

/** The square with the same middle, as wide as the longer side. */
export function squared([left, top, right, bottom]: Box): Box {
  const half = Math.max(right - left, bottom - top) / 2;
  const x = (left + right) / 2, y = (top + bottom) / 2;
  return [x - half, y - half, x + half, y + half];
}

function shared(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return Math.max(0, width) * Math.max(0, height);
}

function area([left, top, right, bottom]: Box): number {
  return (right - left) * (bottom - top);
}
