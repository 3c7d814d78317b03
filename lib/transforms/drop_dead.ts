/**
 * Dead code elimination: drops what no output depends on, such as branches that end in a Silence
 * layer, and unread labels.
 *
 * ```
 * data ─► conv ─► prob          data ─► conv ─► prob
 *          └────► accuracy  ►
 * label ────────────┘
 * ```
 *
 * @module
 */
import { type Graph, prune, resultsOf } from "../../runtime/graph.ts";
import { remainingNames } from "./remaining_names.ts";

/** The graph without the nodes, constants and inputs that its outputs do not depend on. */
export function dropDead(graph: Graph): Graph {
  const outputs = resultsOf(graph);
  const pruned = prune(graph, outputs);
  const alive = new Set([...outputs, ...pruned.nodes.flatMap(({ inputs }) => inputs)]);
  const inputs = graph.inputs.filter((value) => alive.has(value));
  return { ...pruned, inputs, names: remainingNames(graph.names, alive) };
}
