/**
 * What the converter knows about one type of Caffe layer.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import type { Shape } from "../../runtime/tensor.ts";
import type { NetLayer, ParamField } from "../caffe/net.ts";

/** A type of layer. */
export interface Layer<Param = unknown> {
  /** Its name in a prototxt: `type: "Pooling"`. */
  readonly type: string;
  /** Where its settings are found, if it has any. */
  readonly param?: ParamField<Param>;
  /** The learned blobs it has, in the order Caffe stores them. */
  blobs?(layer: LayerShape<Param>): readonly BlobSpec[];
  /**
   * Writes the layer in terms of ops, and returns its tops.
   *
   * @throws {TypeError} with the reason, if the layer cannot be expressed.
   */
  lower(layer: LayerInstance<Param>): readonly Value[];
  /** Whether its tops share memory with its bottom, so that a later in-place layer changes both. */
  sharesMemory?(layer: LayerShape<Param>): boolean;
}

/** A layer whose bottoms are known, but whose blobs are not. */
export interface LayerShape<Param> {
  /** The layer as the file describes it. */
  readonly layer: NetLayer;
  readonly param: Param;
  /** The shapes of the bottoms. */
  readonly shapes: readonly Shape[];
}

/** A learned blob that a layer has. */
export interface BlobSpec {
  /** What it is called in a bundle: `"weights"`, `"biases"` … */
  readonly name: string;
  readonly shape: Shape;
  /** What it holds before training, for layers that come without weights. */
  readonly filler?: Filler | undefined;
  /** What decides the shape, for the message when a file disagrees: `num_output 64`. */
  readonly because?: string;
}

/** The values of a blob before training. */
export interface Filler {
  readonly type: string;
  readonly value: number;
}

/** One layer of a network, ready to be lowered. */
export interface LayerInstance<Param> extends LayerShape<Param> {
  readonly name: string;
  readonly bottoms: readonly Value[];
  /** The learned blobs, in the order Caffe stores them. */
  readonly blobs: readonly Value[];
  readonly graph: GraphBuilder;
}

/** Declares a type of layer. */
export function defineLayer<Param>(layer: Layer<Param>): Layer {
  return layer as unknown as Layer;
}
