/**
 * The options of trainable networks.
 *
 * @module
 */
import type { CustomOp } from "../../runtime/ops/op.ts";

/** How a network is trained. */
export interface TfNetworkOptions {
  /**
   * The layers to train. By default all, except those of a Caffe network whose `lr_mult` are 0.
   */
  readonly trainable?: readonly string[];
  /**
   * How training treats batch normalization: `"frozen"` (the default) uses the stored statistics and
   * keeps them; `"updated"` normalizes by the statistics of each batch, and accumulates them as Caffe
   * does.
   */
  readonly batchNorm?: "frozen" | "updated";
  /** The dropout rate of nodes in training, by node name. */
  readonly dropout?: ReadonlyMap<string, number>;
  /**
   * The custom ops of the network, by default those of its class. TensorFlow cannot compute values
   * that depend on them, but all others.
   */
  readonly ops?: readonly CustomOp[];
}

/** The options of a forward pass. */
export interface ForwardOptions {
  /** The names of the values to return, instead of the network's outputs. */
  readonly outputs?: readonly string[];
  /** Whether dropout, and `batchNorm: "updated"`, take effect. */
  readonly training?: boolean;
}
