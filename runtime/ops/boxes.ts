/**
 * Boxes in images: how much they overlap, and which of those that do are left out.
 *
 * @module
 */

/** Left, top, right and bottom. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** What two boxes have in common, as a part of what they cover together. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (!(width > 0 && height > 0)) return 0;
  const common = width * height;
  return common / (area(a) + area(b) - common);
}

/** The area of a box; one that is turned inside out has none. */
function area([left, top, right, bottom]: Box): number {
  return right < left || bottom < top ? 0 : (right - left) * (bottom - top);
}

/** Which boxes are left out. */
interface Suppression {
  /** Those that overlap more than this with a better one. */
  readonly overlap: number;
  /** What the allowed overlap is multiplied by after each box kept, while it is above a half. */
  readonly eta?: number;
  /** Whether those that overlap just so much are left out too. */
  readonly strict?: boolean;
  /** How many are kept. */
  readonly most?: number;
}

/** What is kept of candidates, the best of which stand first. */
export function suppress(
  candidates: readonly number[],
  overlapOf: (a: number, b: number) => number,
  { overlap, eta = 1, strict = false, most = Infinity }: Suppression,
): number[] {
  let allowed = overlap;
  const kept: number[] = [];
  const fits = (overlap: number) => strict ? overlap < allowed : overlap <= allowed;
  for (const candidate of candidates) {
    if (kept.length >= most) break;
    if (!kept.every((other) => fits(overlapOf(candidate, other)))) continue;
    kept.push(candidate);
    if (eta < 1 && allowed > 0.5) allowed *= eta;
  }
  return kept;
}
