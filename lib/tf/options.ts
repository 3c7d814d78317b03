/**
 * What can be said about a network that learns.
 *
 * @module
 */
import type { CustomOp } from "../../runtime/ops/op.ts";

/** How a network learns. */
export interface TfNetworkOptions {
  /** The layers that learn: all, if it does not say. */
  readonly trainable?: readonly string[];
  /**
   * What becomes of the statistics of batch normalisation: `"frozen"` (the default) keeps them;
   * `"updated"` normalises by each batch while it learns, and gathers its statistics as Caffe does.
   */
  readonly batchNorm?: "frozen" | "updated";
  /** What part of the elements of a node is left out in training, by the node's name. */
  readonly dropout?: ReadonlyMap<string, number>;
  /**
   * The ops that the network needs beside the runtime's own: those of its class, if nothing is said.
   * Values that TensorFlow would need them for cannot be computed; the others can.
   */
  readonly ops?: readonly CustomOp[];
}

/** How a pass goes. */
export interface ForwardOptions {
  /** The names of the values to return, instead of the network's outputs. */
  readonly outputs?: readonly string[];
  /** Whether dropout acts, and batches are normalised by themselves where they are to be. */
  readonly training?: boolean;
}
