/**
 * A Caffe network as its file describes it, in Caffe's current format whatever the file's was.
 *
 * @module
 */
import type { MessageType, UnreadField } from "../../proto/message.ts";
import type { Shape } from "../../runtime/tensor.ts";

/** A network: what goes in, and the layers in the order they run. */
export interface Net {
  readonly name: string;
  /** Inputs that stand outside any layer (`input:`, `input_shape`, `input_dim`). */
  readonly inputs: readonly NetInput[];
  readonly layers: readonly NetLayer[];
  /** The layers of other phases, levels and stages, where some were chosen. */
  readonly others?: readonly OtherLayer[];
  /** The phase, level and stages that the file itself asks for, where it does. */
  readonly state: NetState;
  /** What the file says of the net as a whole, and nobody has read. */
  unread?(): readonly UnreadField[];
}

/** A layer of another phase, level or stage. */
export interface OtherLayer {
  readonly layer: NetLayer;
  /** The options that it is there with: `{ phase: "TRAIN" }`. */
  readonly options: string;
}

/** An input that stands outside any layer. Its shape is unknown in some old caffemodels. */
export interface NetInput {
  readonly name: string;
  readonly shape: Shape | undefined;
}

/** The conditions under which layers are included or left out. */
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
  /** The phase it was saved in, where the file says so. */
  readonly phase: "TRAIN" | "TEST" | undefined;
  /** The conditions of which one must hold. */
  readonly include: readonly NetStateRule[];
  /** The conditions of which none may hold. */
  readonly exclude: readonly NetStateRule[];
  /** One a learned blob, in order: how it is shared. */
  readonly params: readonly ParamSpec[];
  /** One a top, in order: how much it counts in training. */
  readonly lossWeights: readonly number[];
  /** How a data layer prepares its images. */
  readonly transform: TransformationParameter | undefined;
  /** The learned blobs that stand in this file. */
  readonly blobs: readonly LayerBlob[];
  /** Whether it stands in a file of the format before the current one, whose types are numbers. */
  readonly isV1?: boolean;
  /** Where the layer stands: `deploy.prototxt:12:1`, or the name of a binary file. */
  readonly where: string;
  /**
   * Decodes the message that holds the settings of this type of layer.
   * Absent messages give the defaults.
   *
   * @throws {SyntaxError} if the file holds something else there.
   */
  param<Value>(field: ParamField<Value>): Value;
  /** Whether the file has such a message at all. */
  hasParam(name: string): boolean;
  /** What the file says of the layer, and nobody has read yet. */
  unread?(): readonly UnreadField[];
}

/** Where the settings of a type of layer are found in a `LayerParameter`. */
export interface ParamField<Value> {
  /** The field's name: `pooling_param`. */
  readonly name: string;
  /** The field's number in the current format. */
  readonly number: number;
  /** What its message is. */
  readonly message: MessageType<Value>;
}

/** A condition of `include` or `exclude`. */
export interface NetStateRule {
  /** The phase that is wanted, if one is. */
  readonly phase: "TRAIN" | "TEST" | undefined;
  /** The least level that there has to be. */
  readonly minLevel: number | undefined;
  /** The greatest level that there may be. */
  readonly maxLevel: number | undefined;
  /** The stages that there have to be. */
  readonly stages: readonly string[];
  /** The stages that there must not be. */
  readonly notStages: readonly string[];
}

/** How a learned blob is shared. */
export interface ParamSpec {
  /** Blobs of the same non-empty name are one blob. */
  readonly name: string;
  /** Whether they must have the same shape, or only as many numbers. */
  readonly shareMode: "STRICT" | "PERMISSIVE";
  /** What the learning rate is multiplied by for it. */
  readonly learningRate: number;
}

/** How a data layer prepares its images: crop, then subtract the mean, then scale. */
export interface TransformationParameter {
  /** What they are multiplied by in the end. */
  readonly scale: number;
  /** The height and width that images are cropped to, if they are. */
  readonly crop: readonly [height: number, width: number] | undefined;
  /** The file of a mean image; empty, if there is none. */
  readonly meanFile: string;
  /** One mean a channel, or one for all. */
  readonly meanValues: readonly number[];
  /** How many channels it makes of any picture; `undefined` if they are as in its file. */
  readonly channels: 1 | 3 | undefined;
  /** The height and width that it brings pictures to first, where it says. */
  readonly resize: readonly [height: number, width: number] | undefined;
}

/** A learned blob. */
export interface LayerBlob {
  /** Its extents as the file has them. */
  readonly shape: Shape;
  /** Whether the shape was given as `num`, `channels`, `height`, `width`, always four axes. */
  readonly legacy: boolean;
  /** Its numbers, as many as the shape says. */
  readonly data: Float32Array;
}
