/**
 * What is known of a step's weights.
 *
 * @module
 */
import type { Graph, Node } from "../../runtime/graph.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { type Histogram, histogramOf } from "./histogram.ts";
import { filterTiles, type Tiles } from "./tiles.ts";

/** The weights of a step, in numbers and as a picture. */
export interface Inspection {
  readonly constants: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly histogram: Histogram;
  }[];
  /** What a first layer looks for. */
  readonly filters: Tiles | null;
}

/**
 * Looks at the weights of a node.
 *
 * @param order Which colour comes first in pictures.
 */
export function inspect(node: Node, graph: Graph, order: "bgr" | "rgb"): Inspection {
  const tensors = node.inputs.flatMap((value) => {
    const data = graph.constants.get(value);
    return data === undefined ? [] : [{ ...value, data }];
  });
  const isFirst = node.op === "conv2d" && graph.inputs.includes(node.inputs[0]!);
  return {
    constants: tensors.map(({ name, shape, data }) => {
      return { name, shape, histogram: histogramOf(data) };
    }),
    filters: isFirst ? filterTiles(tensors[0]!, order) ?? null : null,
  };
}
