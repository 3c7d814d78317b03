/**
 * Boxes in images: intersection over union, non-maximum suppression, and detections as rows.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";

/** The edges of a box. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** The intersection over union (IoU) of two boxes. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (!(width > 0 && height > 0)) return 0;
  const common = width * height;
  return common / (area(a) + area(b) - common);
}

/** The area of a box; 0 if it is inverted. */
function area([left, top, right, bottom]: Box): number {
  return right < left || bottom < top ? 0 : (right - left) * (bottom - top);
}

/**
 * Detections, one a row, as `[1, 1, found, columns]`. If nothing is found, there is one row per
 * image: the image and −1.
 */
export function detections(rows: number[], columns: number, batch: number): Tensor {
  if (rows.length === 0) {
    for (let n = 0; n < batch; n++) rows.push(n, ...new Array(columns - 1).fill(-1));
  }
  return { shape: [1, 1, rows.length / columns, columns], data: Float32Array.from(rows) };
}

/** Settings of non-maximum suppression. */
interface Suppression {
  /** Boxes whose IoU with a better one exceeds this are dropped. */
  readonly overlap: number;
  /** The factor of `overlap` after each box kept, as long as it is above 0.5. */
  readonly eta?: number;
  /** Whether boxes whose IoU equals `overlap` are dropped too. */
  readonly strict?: boolean;
  /** The most boxes that are kept. */
  readonly most?: number;
}

/** Non-maximum suppression of candidates, sorted by descending score. */
export function suppress<Candidate>(
  candidates: readonly Candidate[],
  overlapOf: (a: Candidate, b: Candidate) => number,
  { overlap, eta = 1, strict = false, most = Infinity }: Suppression,
): Candidate[] {
  let allowed = overlap;
  const kept: Candidate[] = [];
  const fits = (overlap: number) => strict ? overlap < allowed : overlap <= allowed;
  for (const candidate of candidates) {
    if (kept.length >= most) break;
    if (!kept.every((other) => fits(overlapOf(candidate, other)))) continue;
    kept.push(candidate);
    if (eta < 1 && allowed > 0.5) allowed *= eta;
  }
  return kept;
}
