/**
 * The last step of an ONNX graph: leaves out what nobody reads, and gives all values names that differ.
 *
 * @module
 */
import type { OnnxBuilder } from "./builder.ts";
import type { OnnxGraph, OnnxNode, OnnxValue } from "./node.ts";

/**
 * The finished graph.
 *
 * @param outputs The outputs by their names; each becomes the output of a node of its own.
 * @param wanted What other values are to be called.
 */
export function finish(
  onnx: OnnxBuilder,
  inputs: readonly OnnxValue[],
  outputs: ReadonlyMap<string, OnnxValue>,
  wanted: ReadonlyMap<string, OnnxValue>,
): OnnxGraph {
  const names = new Names();
  for (const input of inputs) names.call(input, input.name);
  const results = [...outputs].map(([name, value]) => {
    const isOwn = value.from !== undefined && !names.has(value);
    const result = isOwn ? value : onnx.unary("Identity", value);
    return { ...result, name: names.call(result, name) };
  });
  for (const [name, value] of wanted) {
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
  readonly #taken = new Set<string>();
  /** By what tells values from others: a node and which of its outputs it is, or the value itself. */
  readonly #names = new Map<object, string[]>();

  has(value: OnnxValue): boolean {
    return this.#known(value) !== undefined;
  }

  /** What a value is called. */
  of(value: OnnxValue): string {
    return this.#known(value) ?? this.call(value, value.name);
  }

  /** What an output of a node is called. */
  ofOutput(node: OnnxNode, index: number): string {
    return this.#names.get(node)?.[index] ?? this.#set(node, index, node.name);
  }

  /** Calls a value by a name, or by one like it if that is taken. */
  call(value: OnnxValue, name: string): string {
    const { from } = value;
    return this.#set(from?.node ?? value, from?.index ?? 0, name);
  }

  #known(value: OnnxValue): string | undefined {
    const { from } = value;
    return this.#names.get(from?.node ?? value)?.[from?.index ?? 0];
  }

  #set(key: object, index: number, name: string): string {
    let free = name;
    for (let i = 1; free === "" || this.#taken.has(free); i++) free = `${name}_${i}`;
    this.#taken.add(free);
    const known = this.#names.get(key) ?? [];
    known[index] = free;
    this.#names.set(key, known);
    return free;
  }
}

/** The nodes that some values need, in their order. */
function neededBy(nodes: readonly OnnxNode[], values: readonly OnnxValue[]): OnnxNode[] {
  const needed = new Set(values.map(({ from }) => from?.node));
  for (const node of nodes.toReversed()) {
    if (!needed.has(node)) continue;
    for (const input of node.inputs) needed.add(input?.from?.node);
  }
  return nodes.filter((node) => needed.has(node));
}
