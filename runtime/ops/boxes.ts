/**
 * Boxes in images: non-maximum suppression, and detections as rows.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";

/** The edges of a box. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

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
  /** Boxes whose intersection over union (IoU) with a better one exceeds this are dropped. */
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
  boxOf: (candidate: Candidate) => Box,
  { overlap, eta = 1, strict = false, most = Infinity }: Suppression,
): Candidate[] {
  let allowed = overlap;
  const kept: Candidate[] = [];
  // The edges and the area of each box kept, in one list: millions of pairs are compared.
  const others: number[] = [];
  next: for (const candidate of candidates) {
    if (kept.length >= most) break;
    const [left, top, right, bottom] = boxOf(candidate);
    // That of inverted boxes does not matter: they overlap nothing.
    const area = (right - left) * (bottom - top);
    for (let i = 0; i < others.length; i += 5) {
      const width = Math.min(right, others[i + 2]!) - Math.max(left, others[i]!);
      const height = Math.min(bottom, others[i + 3]!) - Math.max(top, others[i + 1]!);
      const common = width * height;
      const iou = width > 0 && height > 0 ? common / (area + others[i + 4]! - common) : 0;
      if (!(strict ? iou < allowed : iou <= allowed)) continue next;
    }
    kept.push(candidate);
    others.push(left, top, right, bottom, area);
    if (eta < 1 && allowed > 0.5) allowed *= eta;
  }
  return kept;
}
