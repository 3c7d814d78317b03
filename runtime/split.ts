/**
 * Splits weights that exceed the device's binding limit, together with the node that reads them.
 *
 * ```
 * dense [4096, 25088]      ►      dense [1280, 25088] ─┐
 *                                 dense [1280, 25088] ─┼─► concat
 *                                 dense [1280, 25088] ─┤
 *                                 dense  [256, 25088] ─┘
 * ```
 *
 * It runs before fusion, so that only constants need to be split.
 *
 * @module
 */
import type { Numbers } from "./engine.ts";
import { getOrInsertComputed } from "./get_or_insert_computed.ts";
import type { Graph, Node, Value } from "./graph.ts";
import { quadsOf } from "./ops/fours/layout.ts";
import { axisOf, bytesOf, type Shape } from "./tensor.ts";

/** The graph with no constant above `maxBytes`, as far as nodes can be split. */
export function split(graph: Graph, maxBytes: number): Graph {
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.flatMap((node) => {
    const weights = node.inputs[1];
    if (weights === undefined || !constants.has(weights)) return [node];
    const [rows = 0] = weights.shape;
    // Shaders pad weights to whole tiles of rows.
    const filled = rows < tile ? rows : Math.ceil(rows / tile) * tile;
    const maxRows = Math.floor(maxBytes / bytesOf(paddedRow(node, weights)));
    if (filled <= maxRows) return [node];
    return splitNode(node, weights, maxRows, constants);
  });
  const read = new Set(nodes.flatMap((node) => node.inputs));
  for (const { inputs } of graph.nodes) {
    for (const value of inputs) if (!read.has(value)) constants.delete(value);
  }
  return { ...graph, nodes, constants };
}

/** A number of rows that no shader pads. */
const tile = 16;

/** The shape of a row of weights as shaders store it, with whole quads of input channels. */
function paddedRow({ op, attributes, inputs: [input] }: Node, { shape }: Value): Shape {
  const [channels = 1, ...extents] = op === "dense"
    ? input!.shape.slice(axisOf(attributes.axis, input!.shape.length))
    : shape.slice(1);
  return [4 * quadsOf(channels), ...extents];
}

/** The nodes that each compute some of the output channels, and their concatenation. */
function splitNode(
  node: Node,
  weights: Value,
  maxRows: number,
  constants: Map<Value, Float32Array>,
): readonly Node[] {
  const ungrouped = node.op === "dense" || node.op === "conv2d" && node.attributes.group === 1;
  const rows = maxRows < tile ? maxRows : maxRows - maxRows % tile;
  const [input, ...parameters] = node.inputs;
  const known = parameters.every((value) => constants.has(value));
  if (!ungrouped || !known || rows < 1) return [node];
  const { output } = node;
  const axis = node.op === "dense" ? axisOf(node.attributes.axis, node.inputs[0]!.shape.length) : 1;
  const parts: Node[] = [];
  for (let start = 0; start < weights.shape[0]!; start += rows) {
    const end = Math.min(start + rows, weights.shape[0]!);
    const cut = parameters.map((value) =>
      cutRows(value, weights.shape[0]!, [start, end], constants)
    );
    parts.push({
      ...node,
      attributes: { ...node.attributes, output: end - start },
      inputs: [input!, ...cut],
      output: { name: `${output.name}[${start}]`, shape: output.shape.with(axis, end - start) },
    } as Node);
  }
  const inputs = parts.map((part) => part.output);
  return [...parts, { op: "concat", attributes: { axis }, inputs, output }];
}

/** A new constant with some of the rows of a constant, sharing its memory. */
function cutRows(
  value: Value,
  rows: number,
  [start, end]: readonly [number, number],
  constants: Map<Value, Float32Array>,
): Value {
  const { name, shape } = value;
  const data = constants.get(value)!;
  const row = data.length / rows;
  // Biases of old files are `[1, 1, 1, rows]`.
  const rest = shape[0] === rows ? shape.slice(1) : [];
  const part = { name: `${name}[${start}]`, shape: [end - start, ...rest] };
  constants.set(part, rowsOf(data, start * row, end * row));
  return part;
}

/** The parts by range, so that each is uploaded once however often its graph is split. */
const cuts = new WeakMap<Float32Array, Map<string, Float32Array>>();
/** The constant that a part belongs to, and its offset there. */
const origins = new WeakMap<Float32Array, readonly [whole: Float32Array, start: number]>();

function rowsOf(data: Float32Array, start: number, end: number): Float32Array {
  const parts = getOrInsertComputed(cuts, data, () => new Map());
  return getOrInsertComputed(parts, `${start}:${end}`, () => {
    const part = data.subarray(start, end);
    origins.set(part, [data, start]);
    return part;
  });
}

/** Extends `numbers` to parts of constants. */
export function numbersOfParts(numbers: Numbers): Numbers {
  return async (zeros) => {
    const [whole, start] = origins.get(zeros) ?? [zeros, 0];
    const data = await numbers(whole);
    return data && whole !== zeros ? rowsOf(data, start, start + zeros.length) : data;
  };
}
