/**
 * The learned constants of a network, by layer, and the statistics of batch normalization.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../runtime/graph.ts";
import { showShape } from "../../runtime/tensor.ts";
import { Statistics } from "./statistics.ts";

/** Overrides of what is derived from the names of learned constants. */
export interface Learning {
  /** The trainable constants, and the layers that they belong to. */
  readonly learned?: ReadonlyMap<Value, string>;
  /** The initial statistics of a batch normalization layer. */
  readonly statisticsOf?: (node: Node<"batchNorm">) => Statistics;
}

/** All constants except statistics, and the layers that their names imply. */
export function constantsOf({ nodes, constants }: Graph): ReadonlyMap<Value, string> {
  const learned = nodes.flatMap(({ op, inputs }) =>
    op === "batchNorm" ? [] : inputs.filter((value) => constants.has(value))
  );
  return new Map(learned.map((value) => [value, layerOf(value)]));
}

/**
 * The batch normalization nodes and their initial statistics.
 *
 * @throws {TypeError} if one normalizes a tensor without channels.
 */
export function statisticsOf(graph: Graph, options: Learning): [Node<"batchNorm">, Statistics][] {
  return graph.nodes.filter((node) => node.op === "batchNorm").map((node) => {
    const { output: { name, shape }, inputs } = node;
    if (shape.length !== 2 && shape.length !== 4) {
      throw new TypeError(
        `Cannot update the statistics of "${name}": it is ${showShape(shape)}, not [N, C] or ` +
          "[N, C, H, W]",
      );
    }
    if (options.statisticsOf !== undefined) return [node, options.statisticsOf(node)];
    const [mean, variance] = inputs.slice(1).map((value) => graph.constants.get(value)!);
    return [node, new Statistics({ mean: mean!, variance: variance!, factor: 1 }, defaultFraction)];
  });
}

/** Caffe's default `moving_average_fraction`: the factor of the old statistics in each step. */
const defaultFraction = 0.999;

/** The layer of a constant: `conv1` for `conv1/weights`. */
function layerOf({ name }: Value): string {
  const slash = name.lastIndexOf("/");
  return slash > 0 ? name.slice(0, slash) : name;
}
