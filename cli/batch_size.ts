/**
 * How many pictures a command runs at once.
 *
 * @module
 */
import { givenInputs, type Graph, withInputShapes } from "../runtime/graph.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import { readInteger } from "./option_values.ts";

/** The usual batch size. */
export const defaultBatch = 8;

/** The batch size for a network. */
export type BatchSize = (network: Pick<OpenedNetwork, "graph">) => number;

/**
 * Reads the option `--batch`. Without it, the batch size is the usual one, or 1 if the network is for
 * single samples.
 *
 * @throws {UsageError} if it is no positive integer.
 */
export function batchSizeFrom(value: string | undefined, usual = defaultBatch): BatchSize {
  const wanted = value === undefined ? undefined : readInteger(value, "--batch", 1);
  return ({ graph }) => {
    const size = wanted ?? usual, obstacle = size > 1 ? obstacleTo(graph) : undefined;
    if (obstacle === undefined) return size;
    if (wanted === undefined) return 1;
    throw new TypeError(`Cannot run ${size} pictures at once: ${obstacle}; leave out --batch`);
  };
}

/**
 * Why a network for single samples cannot run several at once. Caffe's Reshape with `dim: 1` either
 * refuses them, or mixes them as if they were one.
 */
function obstacleTo(graph: Graph): string | undefined {
  const inputs = givenInputs(graph);
  if (inputs.some(({ shape }) => shape[0] !== 1)) return undefined;
  const shapes = new Map(inputs.map(({ name, shape }) => [name, shape.with(0, 2)]));
  try {
    const { nodes } = withInputShapes(graph, shapes);
    const mixing = nodes.find(({ op, inputs, output }, i) => {
      const single = graph.nodes[i]!;
      return op === "reshape" && inputs[0]!.shape[0] !== single.inputs[0]!.shape[0] &&
        output.shape[0] === single.output.shape[0];
    });
    return mixing && `"${mixing.output.name}" reshapes several samples as if they were one`;
  } catch (error) {
    return (error as Error).message.replace(/^Cannot run /, "");
  }
}
