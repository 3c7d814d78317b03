/**
 * Runs networks that are given as text by reference.
 *
 * @module
 */
import { convert } from "../../lib/convert.ts";
import { runNode } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { dimsOf, inputText } from "../input_text.ts";

/** The outputs of a network that is given as text, and the warnings of its conversion. */
export function runText(
  text: string,
  inputs: Readonly<Record<string, Tensor>>,
): { readonly outputs: Readonly<Record<string, Tensor>>; readonly warnings: readonly string[] } {
  const given = Object.entries(inputs).map(([name, { shape }]) => inputText(name, shape));
  const bytes = new TextEncoder().encode(given.join("") + text);
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const { graph } = convert({ bytes, name: "net.prototxt" }, { transforms: [], warn });
  const values = new Map(graph.inputs.map((value) => [value, inputs[value.name]!]));
  for (const [value, data] of graph.constants) values.set(value, { shape: value.shape, data });
  for (const node of graph.nodes) {
    values.set(node.output, runNode(node, node.inputs.map((value) => values.get(value)!)));
  }
  const outputs = graph.outputs.map((name) => [name, values.get(graph.names.get(name)!)!] as const);
  return { outputs: Object.fromEntries(outputs), warnings };
}

/** A learned blob in text format. */
export function blob(shape: readonly number[], numbers: readonly number[]): string {
  return `blobs { shape { ${dimsOf(shape)} } data: [${numbers.join(", ")}] }`;
}
