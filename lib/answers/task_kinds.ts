/**
 * The tasks of networks, and the blobs with their results.
 *
 * @module
 */
import type { Value } from "../../runtime/graph.ts";

/** Detects boxes, and outputs one row for each: image, class, score, left, top, right, bottom. */
export interface RowDetection {
  readonly kind: "detection";
  readonly form: "rows";
  /** The output with the rows. */
  readonly output: string;
  /** The number of classes, including the background if there is one. */
  readonly classes: number;
  /** Whether class 0 is the background. */
  readonly hasBackground: boolean;
  /** Whether rows have the index of their image, so that a batch may have several. */
  readonly hasImageIndex: boolean;
}

/** Detects boxes, and outputs regions, scores and bounding-box deltas. */
export interface RegionDetection {
  readonly kind: "detection";
  readonly form: "regions";
  /** The input that is the picture. */
  readonly picture: Value;
  /** The input with the picture's height, width and scale. */
  readonly info: Value;
  /** The blob with one row per region: 0, left, top, right, bottom, in pixels of the input. */
  readonly regions: string;
  /** The output `[R, C]` with the probability of each class, the first of which is the background. */
  readonly scores: string;
  /** The number of classes, including the background. */
  readonly classes: number;
  readonly hasBackground: true;
  /** The output with the bounding-box deltas, `[R, 4 · C]`, or `[R, 8]` if all classes share them. */
  readonly deltas: string;
}

/**
 * Detects boxes of one class in one picture, and outputs maps of scores and bounding-box deltas for
 * anchors.
 */
export interface AnchorDetection {
  readonly kind: "detection";
  readonly form: "anchors";
  /** The input that is the picture. */
  readonly picture: Value;
  readonly maps: readonly AnchorMaps[];
  readonly classes: 2;
  readonly hasBackground: true;
}

/** Maps for A square anchors at each position. */
export interface AnchorMaps {
  /** The distance of positions, in pixels of the input. */
  readonly stride: number;
  /** The sizes of the anchors, in pixels of the input. */
  readonly anchors: readonly number[];
  /** The output `[1, 2 · A, H, W]` with probabilities, first those of the background. */
  readonly scores: string;
  /** The output `[1, 4 · A, H, W]` with the bounding-box deltas. */
  readonly deltas: string;
  /** The output `[1, 10 · A, H, W]` with the deltas of five landmarks, if there is one. */
  readonly landmarks: string | null;
}

/** Detects boxes in one picture, and outputs them with the probabilities of their classes. */
export interface BoxDetection {
  readonly kind: "detection";
  readonly form: "boxes";
  /** The input that is the picture. */
  readonly picture: Value;
  /** The output with one row per box: 0, left, top, right, bottom, in pixels of the input. */
  readonly boxes: string;
  /** The output `[R, C]` with the probability of each class, the first of which is the background. */
  readonly scores: string;
  /** The number of classes, including the background. */
  readonly classes: number;
  readonly hasBackground: true;
}

/** Detects boxes, and outputs the maps of YOLO v5. */
export interface Yolo5Detection {
  readonly kind: "detection";
  readonly form: "yolo5";
  /** The input that is the picture. */
  readonly picture: Value;
  readonly maps: readonly Yolo5Map[];
  readonly classes: number;
  readonly hasBackground: false;
}

/** An output `[N, 3 · (5 + classes), H, W]`. */
interface Yolo5Map {
  readonly name: string;
  /** The distance of cells, in pixels of the input. */
  readonly stride: number;
  /** The widths and heights of its three anchors, in pixels of the input. */
  readonly anchors: readonly number[];
}

/** Detects boxes. */
export type Detection =
  | RowDetection
  | RegionDetection
  | AnchorDetection
  | BoxDetection
  | Yolo5Detection;

/** Predicts the class of each pixel. */
export interface Segmentation {
  readonly kind: "segmentation";
  /** The blob with the result. */
  readonly blob: string;
  /** Whether it holds the class itself, `[N, 1, H, W]`, or a score for each, `[N, C, H, W]`. */
  readonly isMap: boolean;
}

/** Converts a picture to another picture. */
export interface Rendering {
  readonly kind: "rendering";
  /** The blob with the picture in colours, `[N, 3, H, W]`, or in greys, `[N, 1, H, W]`. */
  readonly blob: string;
}

/** Predicts the class of a picture. */
export interface Classification {
  readonly kind: "classification";
  /** The blob with a score for each class, `[N, C]`. */
  readonly blob: string;
}

/** The task of a network. */
export type Task =
  | Detection
  | Segmentation
  | Rendering
  | Classification
  | { readonly kind: "other" };
