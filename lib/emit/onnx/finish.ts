/**
 * Finishes an ONNX graph: removes unused nodes, and gives all values unique names.
 *
 * @module
 */
import { getOrInsertComputed } from "../../../runtime/get_or_insert_computed.ts";
import { UniqueNames } from "../../../runtime/unique_names.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { OnnxGraph, OnnxNode, OnnxValue } from "./node.ts";

/**
 * The finished graph.
 *
 * @param outputs The outputs by their names; those that share a node's output get an Identity node.
 * @param preferred Names for other values.
 */
export function finish(
  onnx: OnnxBuilder,
  inputs: readonly OnnxValue[],
  outputs: ReadonlyMap<string, OnnxValue>,
  preferred: ReadonlyMap<string, OnnxValue>,
): OnnxGraph {
  const names = new Names();
  for (const input of inputs) names.call(input, input.name);
  const results = [...outputs].map(([name, value]) => {
    const isOwn = value.from !== undefined && !names.has(value);
    const result = isOwn ? value : onnx.unary("Identity", value);
    return { ...result, name: names.call(result, name) };
  });
  for (const [name, value] of preferred) {
    if (!names.has(value)) names.call(value, name);
  }
  const needed = neededBy(onnx.nodes, results);
  const constants = new Map<object, OnnxValue>();
  for (const { inputs } of needed) {
    for (const input of inputs) {
      if (input?.data !== undefined) constants.set(input, { ...input, name: names.of(input) });
    }
  }
  const nodes = needed.map((node) => ({
    op: node.op,
    inputs: node.inputs.map((input) => input === undefined ? "" : names.of(input)),
    outputs: Array.from({ length: node.outputs }, (_, index) => names.ofOutput(node, index)),
    attributes: node.attributes,
  }));
  return { nodes, constants: [...constants.values()], inputs, outputs: results };
}

/** The names of values. */
class Names {
  /** A name must not be empty. */
  readonly #unique = new UniqueNames([""]);
  /** Keyed by identity: the names of a node's outputs, or the one of a value without a node. */
  readonly #names = new Map<object, string[]>();

  has(value: OnnxValue): boolean {
    return this.#known(value) !== undefined;
  }

  /** The name of a value. */
  of(value: OnnxValue): string {
    return this.#known(value) ?? this.call(value, value.name);
  }

  /** The name of a node's output. */
  ofOutput(node: OnnxNode, index: number): string {
    return this.#names.get(node)?.[index] ?? this.#set(node, index, node.name);
  }

  /** Names a value, with a number appended if the name is taken. */
  call(value: OnnxValue, name: string): string {
    const { from } = value;
    return this.#set(from?.node ?? value, from?.index ?? 0, name);
  }

  #known(value: OnnxValue): string | undefined {
    const { from } = value;
    return this.#names.get(from?.node ?? value)?.[from?.index ?? 0];
  }

  #set(key: object, index: number, name: string): string {
    const names = getOrInsertComputed(this.#names, key, () => []);
    const unique = this.#unique.take(name);
    names[index] = unique;
    return unique;
  }
}

/** The nodes that some values depend on, in topological order. */
function neededBy(nodes: readonly OnnxNode[], values: readonly OnnxValue[]): OnnxNode[] {
  const needed = new Set(values.map(({ from }) => from?.node));
  for (const node of nodes.toReversed()) {
    if (!needed.has(node)) continue;
    for (const input of node.inputs) needed.add(input?.from?.node);
  }
  return nodes.filter((node) => needed.has(node));
}
