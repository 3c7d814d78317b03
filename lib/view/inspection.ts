/**
 * Statistics and pictures of the weights of a node.
 *
 * @module
 */
import type { Graph, Node } from "../../runtime/graph.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { type Histogram, histogramOf } from "./histogram.ts";
import { filterTiles, type Tiles } from "./tiles.ts";

/** The weights of a node, as histograms and as a picture. */
export interface Inspection {
  readonly constants: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly histogram: Histogram;
  }[];
  /** The filters of a convolution that reads the image; `null` for other nodes. */
  readonly filters: Tiles | null;
}

/**
 * Inspects the weights of a node.
 *
 * @param order The channel order of the network's images.
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
