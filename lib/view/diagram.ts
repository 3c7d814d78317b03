/**
 * A network as boxes and arrows.
 *
 * @module
 */
import { type Graph, namedValues, type Node, opOf, type Value } from "../../runtime/graph.ts";
import { omitDefaults } from "../../runtime/ops/attribute.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { summarizeGraph, type SummaryRow } from "../summary.ts";
import { type Kind, kindOf } from "./kinds.ts";
import { layOut } from "./layout.ts";
import type { Box, Point } from "./places.ts";

/** An input or a node of a network, and where it is drawn. */
export interface Step extends SummaryRow {
  readonly kind: Kind;
  /** Its name, shortened to fit its box. */
  readonly label: string;
  /** The settings that are not what they are by default. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** The learned constants that it reads. */
  readonly constants: readonly { readonly name: string; readonly shape: Shape }[];
  /** The names by which a run gives its values. */
  readonly blobs: readonly string[];
  readonly box: Box;
}

/** What one step gives another. */
export interface Arrow {
  /** The positions of the two among the steps. */
  readonly from: number;
  readonly to: number;
  readonly points: readonly Point[];
}

/** A drawing of a network, in pixels. */
export interface Diagram {
  readonly width: number;
  readonly height: number;
  readonly steps: readonly Step[];
  readonly arrows: readonly Arrow[];
}

/**
 * Draws a graph: a box an input and a node, in the order in which they run.
 *
 * @param types What layers are called in the file that the graph was made from, by their names; a
 * node that is none of them is called as its op.
 */
export function diagramOf(graph: Graph, types: ReadonlyMap<string, string> = new Map()): Diagram {
  const values = [...graph.inputs, ...graph.nodes.map(({ output }) => output)];
  const positions = new Map(values.map((value, i) => [value, i]));
  const pairs = graph.nodes.flatMap(({ inputs, output }) => {
    const from = new Set(inputs.map((value) => positions.get(value)));
    return [...from].filter((i) => i !== undefined).map((i) =>
      [i, positions.get(output)!] as const
    );
  });
  const rows = summarizeGraph(graph).map((row) => ({
    ...row,
    type: types.get(row.name) ?? row.type,
  }));
  const sizes = rows.map(sizeOf);
  const { width, height, boxes, lines } = layOut(sizes, pairs);
  const nodes = new Map(graph.nodes.map((node) => [node.output, node]));
  const blobs = Map.groupBy(namedValues(graph), ([, value]) => value);
  const steps = values.map((value, i): Step => ({
    ...rows[i]!,
    label: shorten(value.name),
    ...describe(nodes.get(value), graph),
    blobs: (blobs.get(value) ?? []).map(([name]) => name),
    box: boxes[i]!,
  }));
  const arrows = pairs.map(([from, to], i) => ({ from, to, points: lines[i]! }));
  return { width, height, steps, arrows };
}

function describe(node: Node | undefined, { constants }: Graph) {
  if (node === undefined) return { kind: "input" as const, settings: [], constants: [] };
  const settings = omitDefaults(opOf(node).schema, node.attributes);
  return {
    kind: kindOf(node.op),
    settings: Object.entries(settings).map(([name, value]) => [name, showSetting(value)] as const),
    constants: node.inputs.filter((value: Value) => constants.has(value)),
  };
}

function showSetting(value: unknown): string {
  return Array.isArray(value) ? value.map(showSetting).join(" × ") : String(value);
}

/** How large a box must be for the two lines of text in it, in pixels. */
function sizeOf({ name, type }: SummaryRow): { width: number; height: number } {
  const letters = Math.min(mostLetters, Math.max(name.length, type.length + 14));
  return { width: 24 + letters * 6.7, height: 40 };
}

/** Longer names are cut in the drawing. */
const mostLetters = 26;

function shorten(name: string): string {
  if (name.length <= mostLetters) return name;
  // The end of a long name tells more than its middle.
  return `${name.slice(0, mostLetters - 10)}…${name.slice(-9)}`;
}
