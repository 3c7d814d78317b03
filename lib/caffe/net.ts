/**
 * A Caffe network as described by its file, in the current format, whatever the format of the file.
 *
 * @module
 */
import type { MessageType, UnreadField } from "../../proto/message.ts";
import type { Shape } from "../../runtime/tensor.ts";

/** A network: its inputs, and its layers in execution order. */
export interface Net {
  readonly name: string;
  /** Inputs declared outside any layer (`input:`, `input_shape`, `input_dim`). */
  readonly inputs: readonly NetInput[];
  /** The numbers that give the shapes of inputs in files that lack `input_shape`. */
  readonly inputDims?: readonly number[];
  readonly layers: readonly NetLayer[];
  /** The layers excluded by phase, level or stage. */
  readonly others?: readonly OtherLayer[];
  /** The phase, level and stages that the file itself declares. */
  readonly state: NetState;
  /** The net-level fields that were not read. */
  unread?(): readonly UnreadField[];
}

/** A layer of another phase, level or stage. */
export interface OtherLayer {
  readonly layer: NetLayer;
  /** The options that include it: `{ phase: "TRAIN" }`. */
  readonly options: string;
}

/** An input declared outside any layer. Some old caffemodels do not have its shape. */
export interface NetInput {
  readonly name: string;
  readonly shape: Shape | undefined;
}

/** The state that `include` and `exclude` rules are evaluated against. */
export interface NetState {
  readonly phase: "TRAIN" | "TEST" | undefined;
  readonly level: number | undefined;
  readonly stages: readonly string[];
}

/** One layer. */
export interface NetLayer {
  /** Its name, by which its blobs are found. */
  readonly name: string;
  /** Its type in the current format: `"Convolution"`, also where the file says `CONVOLUTION`. */
  readonly type: string;
  /** The blobs it reads. */
  readonly bottoms: readonly string[];
  /** The blobs it computes. */
  readonly tops: readonly string[];
  /** The phase in which it was saved, if the file has it. */
  readonly phase: "TRAIN" | "TEST" | undefined;
  /** The rules of which one must match. */
  readonly include: readonly NetStateRule[];
  /** The rules of which none may match. */
  readonly exclude: readonly NetStateRule[];
  /** The sharing of each learned blob, in order. */
  readonly params: readonly ParamSpec[];
  /** The loss weight of each top, in order. */
  readonly lossWeights: readonly number[];
  /** The preprocessing of a data layer. */
  readonly transform: TransformationParameter | undefined;
  /** The learned blobs in this file. */
  readonly blobs: readonly LayerBlob[];
  /** Whether it is from a V1 file, in which types are numbers. */
  readonly isV1?: boolean;
  /** Where the layer stands: `deploy.prototxt:12:1`, or the name of a binary file. */
  readonly where: string;
  /**
   * Decodes the settings of this layer's type. An absent message gives the defaults.
   *
   * @throws {SyntaxError} if the field holds something else.
   */
  param<Value>(field: ParamField<Value>): Value;
  /** Whether the file has such a message. */
  hasParam(field: ParamNames): boolean;
  /** The fields of the layer that were not read yet. */
  unread?(): readonly UnreadField[];
}

/** The field of `LayerParameter` with the settings of a layer type. */
export interface ParamField<Value> {
  /** The field's name: `pooling_param`. */
  readonly name: string;
  /**
   * The field's number in the current format. Without one, because forks give it to other fields,
   * it is read from text files only.
   */
  readonly number?: number;
  /** Its names in forks, in text files; the first that a layer has is read instead of its own. */
  readonly otherNames?: readonly string[];
  /** The type of its message. */
  readonly message: MessageType<Value>;
}

/** The names of such a field, and its number. */
export type ParamNames = Omit<ParamField<unknown>, "message">;

/** A condition of `include` or `exclude`. */
export interface NetStateRule {
  /** The required phase, if any. Layers are selected for TRAIN or TEST, never for MyCaffe's RUN. */
  readonly phase: "TRAIN" | "TEST" | "RUN" | undefined;
  /** The least level. */
  readonly minLevel: number | undefined;
  /** The greatest level. */
  readonly maxLevel: number | undefined;
  /** The required stages. */
  readonly stages: readonly string[];
  /** The forbidden stages. */
  readonly notStages: readonly string[];
}

/** How a learned blob is shared. */
export interface ParamSpec {
  /** Blobs of the same non-empty name are one blob. */
  readonly name: string;
  /** Whether shapes must be equal, or only the number of elements. */
  readonly shareMode: "STRICT" | "PERMISSIVE";
  /** The factor of the learning rate. */
  readonly learningRate: number;
}

/** How a data layer prepares its images: crop, then subtract the mean, then scale. */
export interface TransformationParameter {
  /** The factor of the result. */
  readonly scale: number;
  /** The height and width of the crop, if there is one. */
  readonly crop: readonly [height: number, width: number] | undefined;
  /** The extents that volumes are cropped to, which 3D-Caffe supports, if they are. */
  readonly cropVolume: readonly [length: number, height: number, width: number] | undefined;
  /** The file of a mean image; empty, if there is none. */
  readonly meanFile: string;
  /** One mean a channel, or one for all. */
  readonly meanValues: readonly number[];
  /** The number of channels that pictures are converted to; `undefined` to keep the file's. */
  readonly channels: 1 | 3 | undefined;
  /** How pictures are resized first, if given. */
  readonly resize: {
    /** Modes other than WARP keep the aspect ratio. */
    readonly mode: "WARP" | "FIT_SMALL_SIZE" | "FIT_LARGE_SIZE_AND_PAD";
    readonly size: readonly [height: number, width: number];
  } | undefined;
}

/** A learned blob. */
export interface LayerBlob {
  /** Its extents as the file has them. */
  readonly shape: Shape;
  /** Whether the shape is given as `num`, `channels`, `height`, `width`: always four axes. */
  readonly legacy: boolean;
  /** Its numbers, as many as the shape says. */
  readonly data: Float32Array;
}
