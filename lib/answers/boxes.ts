/**
 * The boxes that a detector finds in pictures, and their labels.
 *
 * @module
 */
import type { Pair } from "../../runtime/ops/attribute.ts";
import type { Preprocessing } from "../../runtime/preprocess.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Part, Point } from "./part.ts";
import type { Detection } from "./task_kinds.ts";

/** The classes of a detection. */
type Classes = Pick<Detection, "classes" | "hasBackground">;

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

/** A detected box, with coordinates relative to the picture, from 0 to 1. */
export interface FoundBox {
  readonly index: number;
  readonly label: string | null;
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** The points that the detector gives with the box: of a face, eyes, nose and corners of the mouth. */
  readonly landmarks?: readonly Point[];
}

/** The label of a class, from a list with or without the background class. */
export function labelOf(
  index: number,
  { classes, hasBackground }: Classes,
  labels: readonly string[] | null,
): string | null {
  const first = hasBackground && labels?.length === classes - 1 ? 1 : 0;
  return labels?.[index - first] ?? null;
}
