/**
 * What a network can be for, and which of its blobs say so.
 *
 * @module
 */
import type { Value } from "../../runtime/graph.ts";

/** It finds boxes: a row each of image, class, score, left, top, right, bottom. */
export interface RowDetection {
  readonly kind: "detection";
  readonly form: "rows";
  /** The output with the rows. */
  readonly output: string;
  /** How many classes there are, with the one that is no object. */
  readonly classes: number;
  /** Whether class 0 is no object. */
  readonly hasBackground: boolean;
  /** Whether a row tells which of several images it is about. */
  readonly tellsImages: boolean;
}

/** Where a network tells what it finds in regions. */
export interface RegionDetection {
  readonly kind: "detection";
  readonly form: "regions";
  /** The input that is the picture. */
  readonly picture: Value;
  /** The input that is told the picture's height, width and scale. */
  readonly info: Value;
  /** The blob with a row a region: 0, left, top, right, bottom pixel of the input. */
  readonly regions: string;
  /** The output `[R, C]` with the probability of each class, the first of which is no object. */
  readonly scores: string;
  /** How many classes there are, with the one that is no object. */
  readonly classes: number;
  readonly hasBackground: true;
  /** The output `[R, 4 · C]`, or `[R, 8]` where all classes have one box: how regions are moved. */
  readonly moves: string;
}

/** It finds boxes. */
export type Detection = RowDetection | RegionDetection;

/** It tells the class of each place of a picture. */
export interface Segmentation {
  readonly kind: "segmentation";
  /** The blob that tells it. */
  readonly blob: string;
  /** Whether that holds the class itself, `[N, 1, H, W]`, or a score for each, `[N, C, H, W]`. */
  readonly isMap: boolean;
}

/** It makes a picture of a picture. */
export interface Rendering {
  readonly kind: "rendering";
  /** The blob with its colours, `[N, 3, H, W]`, or its greys, `[N, 1, H, W]`. */
  readonly blob: string;
}

/** It tells the class of a picture. */
export interface Classification {
  readonly kind: "classification";
  /** The blob with a score for each class, `[N, C]`. */
  readonly blob: string;
}

/** What a network is for. */
export type Task =
  | Detection
  | Segmentation
  | Rendering
  | Classification
  | { readonly kind: "other" };
