/**
 * What the page and its worker say to each other.
 *
 * The page only shows; the worker reads files, converts, and runs networks, so that the page never
 * stands still. What goes between them is copied, and names in it are text.
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

/** The files of one model, by what they are. */
export interface ModelFiles {
  /** A prototxt. */
  readonly network?: File;
  /** A caffemodel: the weights of the network, or all there is. */
  readonly weights?: File;
  /** What kaffe writes. */
  readonly bundle?: File;
  /** A mean image. */
  readonly mean?: File;
  /** The names of the classes, one a line. */
  readonly labels?: File;
  /** What is known of pictures beside the files. */
  readonly pictures?: PreprocessingOptions;
}

/** How pictures become the input, as the page can change it. */
export type PictureSettings = Omit<Preprocessing, "meanImage"> & {
  /** Whether a mean image is subtracted, while `mean` is empty. */
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
  /** A row a layer of the file. */
  readonly rows: readonly SummaryRow[];
  readonly totals: Totals;
  readonly warnings: readonly string[];
  /** Layers whose weights nobody gave. */
  readonly untrained: readonly string[];
  /** `null` if it does not take one picture. */
  readonly pictures: PictureSettings | null;
  /** How many labels there are, `null` without any. */
  readonly labels: number | null;
}

/** What can be saved. */
export type Format = WeightsType | "class" | "onnx" | "tfjs";

/** A file to be saved. */
export interface SavedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** Where a network runs: `"auto"` is the GPU, unless there is none but a software one. */
export type Device = "auto" | "gpu" | "cpu";

/** What a network is shown: a file, a frame of a camera, a drawing, or noise. */
export type Sight = Blob | ImageBitmap | Image | "noise";

/** One of the best classes. */
interface ClassScore {
  readonly index: number;
  readonly label: string | null;
  readonly score: number;
}

/** What a network says. */
export interface Answer {
  /** What it ran on. */
  readonly device: string;
  /** How long the run took, in milliseconds; the first one makes ready as well. */
  readonly ms: number;
  readonly outputs: readonly Named[];
  /** The best classes, if it gives a number a class. */
  readonly classes: readonly ClassScore[] | null;
  /** Whether the scores of classes are parts of a whole. */
  readonly probabilities: boolean;
  /** What it found, if it looks for things. */
  readonly boxes: readonly FoundBox[] | null;
  /** The class of each place, if it tells that. */
  readonly classMap: SeenMap | null;
  /** The picture that it makes, if it makes one. */
  readonly rendering: Image | null;
}

/** A class map in the colours of its classes, over the part of the picture that it is of. */
export interface SeenMap {
  readonly image: Image;
  readonly part: Part;
  /** Its classes, those with the largest shares first. */
  readonly shares: readonly ClassShare[];
}

/** The values of a blob as a picture. */
export interface Activation {
  readonly shape: Shape;
  readonly low: number;
  readonly high: number;
  readonly tiles: Tiles;
}

/** What the worker does. */
export interface Calls {
  /** Reads and converts the files of a model. */
  open(files: ModelFiles): Opened;
  /** Changes how pictures become the input. */
  prepare(settings: PictureSettings): void;
  /** Looks at the weights of a step. */
  inspect(step: number): Inspection;
  /** Writes a file. */
  save(format: Format): SavedFile;
  /** Runs the network. */
  look(sight: Sight, device: Device): Answer;
  /** Runs it on the same again, some times, and gives the median in milliseconds. */
  time(): number;
  /** Gives the values of a blob for what was last looked at. */
  show(blob: string): Activation;
}

/** How far something has come. */
export interface Progress {
  readonly task: string;
  /** The part that is done, if anybody knows. */
  readonly part?: number | undefined;
}

/** From the page. */
export interface Request {
  readonly id: number;
  readonly call: keyof Calls;
  readonly given: unknown[];
}

/** To the page. */
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly progress: Progress };
