/**
 * The learned constants of a network, by layer, and the statistics of batch normalisation.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../runtime/graph.ts";
import { showShape } from "../../runtime/tensor.ts";
import { Statistics } from "./statistics.ts";

/** What is known of learned constants beyond their names. */
export interface Learning {
  /** The constants that learn, and the layers that they belong to. */
  readonly learned?: ReadonlyMap<Value, string>;
  /** The statistics that a layer of batch normalisation starts from. */
  readonly statisticsOf?: (node: Node<"batchNorm">) => Statistics;
}

/** All constants but statistics, and the layers that their names tell. */
export function constantsOf({ nodes, constants }: Graph): ReadonlyMap<Value, string> {
  const learned = nodes.flatMap(({ op, inputs }) =>
    op === "batchNorm" ? [] : inputs.filter((value) => constants.has(value))
  );
  return new Map(learned.map((value) => [value, layerOf(value)]));
}

/**
 * The layers of batch normalisation, and the statistics that each starts from.
 *
 * @throws {TypeError} if one normalises what has no channels.
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
    return [node, new Statistics({ mean: mean!, variance: variance!, factor: 1 }, usualFraction)];
  });
}

/** The default moving average fraction: the part of the old statistics that a step keeps. */
const usualFraction = 0.999;

/** `conv1` of `conv1/weights`. */
function layerOf({ name }: Value): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/"))) || name;
}
