/**
 * A network as a diagram of boxes and arrows.
 *
 * @module
 */
import { type Graph, namedValues, type Node, opOf, type Value } from "../../runtime/graph.ts";
import { omitDefaults } from "../../runtime/ops/attribute.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { summarizeGraph, type SummaryRow } from "../summary.ts";
import { type Kind, kindOf } from "./kinds.ts";
import { layOut } from "./layout.ts";
import type { Box, Link, Point, Size } from "./geometry.ts";

/** An input or a node of a network, and where it is drawn. */
export interface Step extends SummaryRow {
  readonly kind: Kind;
  /** Its name, shortened to fit its box. */
  readonly label: string;
  /** The settings that differ from their defaults. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** The learned constants that it reads. */
  readonly constants: readonly { readonly name: string; readonly shape: Shape }[];
  /** The blob names of its value. */
  readonly blobs: readonly string[];
  readonly box: Box;
}

/** A value that one step passes to another. */
export interface Arrow {
  /** Indices into the steps. */
  readonly from: number;
  readonly to: number;
  readonly points: readonly Point[];
}

/** A drawing of a network, in pixels. */
export interface Diagram extends Size {
  readonly steps: readonly Step[];
  readonly arrows: readonly Arrow[];
}

/**
 * The diagram of a graph: one box for each input and each node, in execution order.
 *
 * @param types The types of the layers in the original file, by layer name. A node without one is
 * shown with the name of its op.
 */
export function diagramOf(graph: Graph, types: ReadonlyMap<string, string> = new Map()): Diagram {
  const values = [...graph.inputs, ...graph.nodes.map(({ output }) => output)];
  const positions = new Map(values.map((value, i) => [value, i]));
  const links = graph.nodes.flatMap(({ inputs, output }) => {
    const from = new Set(inputs.map((value) => positions.get(value)));
    return [...from].filter((i) => i !== undefined)
      .map((i): Link => [i, positions.get(output)!]);
  });
  const rows = summarizeGraph(graph).map((row) => ({
    ...row,
    type: types.get(row.name) ?? row.type,
  }));
  const sizes = rows.map(sizeOf);
  const { width, height, boxes, lines } = layOut(sizes, links);
  const nodes = new Map(graph.nodes.map((node) => [node.output, node]));
  const blobs = Map.groupBy(namedValues(graph), ([, value]) => value);
  const steps = values.map((value, i): Step => ({
    ...rows[i]!,
    label: shorten(value.name),
    ...describe(nodes.get(value), graph),
    blobs: (blobs.get(value) ?? []).map(([name]) => name),
    box: boxes[i]!,
  }));
  const arrows = links.map(([from, to], i) => ({ from, to, points: lines[i]! }));
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

/** The size of a box that fits its two lines of text, in pixels. */
function sizeOf({ name, type }: SummaryRow): Size {
  const wanted = Math.max(name.length, type.length + shapeLength);
  return { width: 24 + Math.min(mostCharacters, wanted) * 6.7, height: 40 };
}

/** Longer names are shortened. */
const mostCharacters = 26;
/** The characters of the shape behind a type. */
const shapeLength = 14;
/** Of a name that is shortened, as much of its end is kept. */
const endLength = 9;

function shorten(name: string): string {
  if (name.length <= mostCharacters) return name;
  // Names of layers usually differ in their ends.
  return `${name.slice(0, mostCharacters - 1 - endLength)}…${name.slice(-endLength)}`;
}
