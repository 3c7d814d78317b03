/**
 * The messages between the page and its worker.
 *
 * The page only renders; the worker reads files, converts, and runs networks, so that the page
 * never freezes. Messages are copied, and names in them are rendered as text.
 *
 * @module
 */
import type { FoundBox } from "../lib/answers/boxes.ts";
import type { ClassShare } from "../lib/answers/class_map.ts";
import type { Part } from "../lib/answers/part.ts";
import type { WeightsType } from "../lib/emit/bundle.ts";
import type { SummaryRow, Totals } from "../lib/summary.ts";
import type { Diagram } from "../lib/view/diagram.ts";
import type { Inspection } from "../lib/view/inspection.ts";
import type { Tiles } from "../lib/view/tiles.ts";
import type { PreprocessingOptions } from "../lib/preprocessing.ts";
import type { Image, Preprocessing } from "../runtime/preprocess.ts";
import type { Shape } from "../runtime/tensor.ts";

/** The files of one model, by kind. */
export interface ModelFiles {
  /** A prototxt. */
  readonly network?: File;
  /** A caffemodel: the weights of the network, or all there is. */
  readonly weights?: File;
  /** A bundle. */
  readonly bundle?: File;
  /** A mean image. */
  readonly mean?: File;
  /** Class names, one per line. */
  readonly labels?: File;
  /** Preprocessing that the files do not contain. */
  readonly preprocessing?: PreprocessingOptions;
}

/** Preprocessing, as far as the page can change it. */
export type PictureSettings = Omit<Preprocessing, "meanImage"> & {
  /** Whether a mean image is subtracted; `mean` is empty then. */
  readonly hasMeanImage: boolean;
};

/** A value of a network, and its extent. */
interface Named {
  readonly name: string;
  readonly shape: Shape;
}

/** A model that was opened. */
export interface Opened {
  readonly name: string;
  readonly inputs: readonly Named[];
  readonly outputs: readonly string[];
  readonly diagram: Diagram;
  /** One row per layer of the file. */
  readonly rows: readonly SummaryRow[];
  readonly totals: Totals;
  /** The layers that could not be converted, if the model is the part of the network before them. */
  readonly problem: string | null;
  readonly warnings: readonly string[];
  /** Layers without weights. */
  readonly untrained: readonly string[];
  /** The preprocessing; `null` if the model does not take one picture. */
  readonly settings: PictureSettings | null;
  /** The number of labels; `null` if there are none. */
  readonly labels: number | null;
  /** Whether added files are another network, which took the place of the one that was open. */
  readonly isAnother: boolean;
}

/** The formats in which a model can be saved. */
export type Format = WeightsType | "class" | "onnx" | "tfjs" | "saved_model";

/** A file to be saved. */
export interface SavedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** The device to run on; `"auto"` is the GPU, unless there is only a software one or none. */
export type Device = "auto" | "gpu" | "cpu";

/** The input of a run: a file, a camera frame, a drawing, or noise. */
export type RunInput = Blob | ImageBitmap | Image | "noise";

/** One of the best classes. */
interface ClassScore {
  readonly index: number;
  readonly label: string | null;
  readonly score: number;
}

/** The result of a run. */
export interface Answer {
  /** The device that it ran on. */
  readonly device: string;
  /** The duration of the run in milliseconds; the first one includes compilation. */
  readonly ms: number;
  readonly outputs: readonly Named[];
  /** The best classes, if the output has one number per class. */
  readonly classes: readonly ClassScore[] | null;
  /** Whether the scores are probabilities. */
  readonly probabilities: boolean;
  /** Detected boxes, if the network is a detector. */
  readonly boxes: readonly FoundBox[] | null;
  /** The class map, if the network is a segmenter. */
  readonly classMap: SeenMap | null;
  /** The picture, if the network renders one. */
  readonly rendering: Image | null;
}

/** A class map in the colours of its classes, and the part of the picture that it covers. */
export interface SeenMap {
  readonly image: Image;
  readonly part: Part;
  /** Its classes, those with the largest shares first. */
  readonly shares: readonly ClassShare[];
}

/** A blob rendered as a picture. */
export interface Activation {
  readonly shape: Shape;
  readonly low: number;
  readonly high: number;
  readonly tiles: Tiles;
}

/** The calls that the worker accepts. */
export interface Calls {
  /** Reads and converts the files of a model. */
  open(files: ModelFiles): Opened;
  /**
   * Adds files, such as a mean or labels, to those of the open model. If they do not fit, it stays
   * as it is.
   */
  add(files: ModelFiles): Opened;
  /** Changes some settings of the preprocessing, and returns all. */
  prepare(changed: Partial<PictureSettings>): PictureSettings;
  /** Returns the weights of a step. */
  inspect(step: number): Inspection;
  /** Writes a file. */
  save(format: Format): SavedFile;
  /** Runs the network on an input. */
  run(input: RunInput, device: Device): Answer;
  /** Repeats the last run, and returns its milliseconds; nothing if the network has changed. */
  time(): number | undefined;
  /** Returns a blob of the last run; nothing if the network has changed. */
  show(blob: string): Activation | undefined;
}

/** The progress of a call. */
export interface Progress {
  readonly task: string;
  /** The fraction that is done, if it is known. */
  readonly part?: number | undefined;
}

/** A message from the page. */
export interface Request {
  readonly id: number;
  readonly call: keyof Calls;
  readonly parameters: unknown[];
}

/** A message to the page. */
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly progress: Progress };
