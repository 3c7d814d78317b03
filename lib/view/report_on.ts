/**
 * Gathers the data of a report.
 *
 * @module
 */
import type { Bundle } from "../../runtime/bundle/bundle.ts";
import { titleOf } from "../model.ts";
import { summarizeGraph, totalsOf } from "../summary.ts";
import { diagramOf } from "./diagram.ts";
import { inspect, type Inspection } from "./inspection.ts";
import type { Report, Times } from "./report.ts";

/** The report on a network. */
export function reportOn(
  { graph, preprocessing, provenance }: Pick<Bundle, "graph" | "preprocessing" | "provenance">,
  times: Times | null,
): Report {
  const rows = summarizeGraph(graph);
  const noWeights: Inspection = { constants: [], filters: null };
  const order = preprocessing?.channelOrder ?? "bgr";
  return {
    name: titleOf({ graph, provenance }),
    inputs: graph.inputs.map(({ name, shape }) => `${name} ${shape.join(" × ")}`),
    outputs: graph.outputs,
    diagram: diagramOf(graph),
    rows,
    totals: totalsOf(rows),
    inspections: [
      ...graph.inputs.map(() => noWeights),
      ...graph.nodes.map((node) => inspect(node, graph, order)),
    ],
    times,
  };
}
