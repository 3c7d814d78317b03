/**
 * The graph that a bundle's `model.json` describes.
 *
 * @module
 */
import { type Graph, GraphBuilder, namedValues, type Value } from "../graph.ts";
import { resolve } from "../ops/attribute.ts";
import { type Attributes, definitionOf, type OpName, opNamed } from "../ops/mod.ts";
import type { CustomOp } from "../ops/op.ts";
import type { Tensor } from "../tensor.ts";
import { type ModelFile, type NodeFile, refuse } from "./model_file.ts";

/**
 * Builds the graph.
 *
 * @throws {TypeError} if a node cannot be built, or a name is missing or not unique.
 */
export function buildGraph(
  model: ModelFile,
  constants: ReadonlyMap<string, Tensor>,
  ops: readonly CustomOp[],
): Graph {
  const builder = new GraphBuilder();
  const values = new Map<string, Value>();
  const define = (name: string, make: () => Value) => {
    if (values.has(name)) refuse(`two values are called ${JSON.stringify(name)}`);
    values.set(name, make());
  };
  const find = (name: string, reader: string) =>
    values.get(name) ??
      refuse(`${reader} reads ${JSON.stringify(name)}, which nothing before it provides`);
  for (const { name, shape } of model.inputs) define(name, () => builder.input(name, shape));
  for (const [name, tensor] of constants) define(name, () => builder.constant(name, tensor));
  for (const node of model.nodes) {
    define(node.name, () => applyNode(builder, node, find, ops));
  }
  for (const [input, value] of model.states ?? []) {
    const [before, after] = [find(input, "a state"), find(value, "a state")];
    try {
      builder.remember(before, after);
    } catch (cause) {
      refuse((cause as Error).message, cause);
    }
  }
  const names = model.names.map(([name, value]) => [name, find(value, "its names")] as const);
  const graph = builder.build(model.name, names, model.outputs);
  const known = namedValues(graph);
  for (const name of model.outputs) {
    if (!known.has(name)) refuse(`it has no value ${JSON.stringify(name)} to be an output`);
  }
  return graph;
}

function applyNode(
  builder: GraphBuilder,
  { op, name, inputs, attributes }: NodeFile,
  find: (name: string, reader: string) => Value,
  ops: readonly CustomOp[],
): Value {
  const reader = `node ${JSON.stringify(name)} (${op})`;
  const values = inputs.map((input) => find(input, reader));
  try {
    const known = opNamed(op, ops);
    const settings = resolve(definitionOf(known).schema, revive(attributes));
    // One implementation serves both overloads, for the runtime's ops and custom ones.
    return builder.apply(known as OpName, name, values, settings as Attributes[OpName]);
  } catch (cause) {
    return refuse(`${reader} cannot be built: ${(cause as Error).message}`, cause);
  }
}

const unwritable = ["Infinity", "-Infinity", "NaN"];

/** Restores numbers that JSON cannot express from their names. */
function revive(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const number = (value: unknown): unknown =>
    unwritable.includes(value as string)
      ? Number(value)
      : Array.isArray(value)
      ? value.map(number)
      : value;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, number(value)]),
  );
}
