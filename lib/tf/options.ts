/**
 * The options of trainable networks.
 *
 * @module
 */
import { suggest } from "../../proto/suggest.ts";
import type { Graph } from "../../runtime/graph.ts";
import type { CustomOp } from "../../runtime/ops/op.ts";
import { expect, expectNames, expectWord } from "../expect_options.ts";

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
  /**
   * The dropout rate of nodes in training, by node name. A bundle has no Dropout layers: the rate
   * belongs to the node before.
   */
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

const doing = "train the network";

/**
 * Refuses unknown options.
 *
 * @throws {TypeError} naming the option.
 */
export function checkNames(options: TfNetworkOptions): void {
  expectNames(doing, options, { trainable: true, batchNorm: true, dropout: true, ops: true });
}

/**
 * Refuses options with invalid values.
 *
 * @throws {TypeError} naming the option, and what it must be.
 */
export function checkValues(
  { trainable = [], batchNorm, dropout = new Map() }: TfNetworkOptions,
  { nodes }: Graph,
): void {
  expect(Array.isArray(trainable), doing, "trainable", trainable, "an array");
  expectWord(doing, "batchNorm", batchNorm, ["frozen", "updated"]);
  const what = "a Map from the names of nodes to their rates";
  expect(dropout instanceof Map, doing, "dropout", dropout, what);
  const names = nodes.map(({ output }) => output.name);
  for (const [name, rate] of dropout) {
    if (!names.includes(name)) {
      const hint = suggest(name, names, `; the nodes are ${names.join(", ")}`);
      throw new TypeError(
        `Cannot ${doing}: dropout has the name "${name}", which no node has${hint}`,
      );
    }
    const isRate = typeof rate === "number" && rate >= 0 && rate < 1;
    expect(isRate, doing, `the dropout of "${name}"`, rate, "from 0 on and less than 1");
  }
}
