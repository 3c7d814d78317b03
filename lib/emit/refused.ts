/**
 * What is said of a node that another framework has no operators for.
 *
 * @module
 */
import { type Graph, type Node, opNameOf } from "../../runtime/graph.ts";
import { outputsHint } from "../option_hints.ts";

/** The reason, and where the network may end instead: at what the node computes with. */
export function refusalOf(node: Node, { names, nodes }: Graph, reason: string): string {
  const computed = new Set(nodes.map(({ output }) => output));
  const read = node.inputs.filter((value) => computed.has(value));
  const blobs = read.map((value) => [...names].find(([, other]) => other === value)?.[0]);
  const isNamed = blobs.length > 0 && blobs.every((name) => name !== undefined);
  const hint = isNamed ? `; export what it reads instead, ${outputsHint(blobs)}` : "";
  return `"${node.output.name}" (${opNameOf(node)}): ${reason}${hint}`;
}

/**
 * Refuses a network.
 *
 * @param framework Whose operators: "TensorFlow's".
 * @throws {TypeError} that lists all problems.
 */
export function refuse(framework: string, problems: readonly string[]): never {
  const what = problems.length === 1 ? "a node" : `${problems.length} nodes`;
  throw new TypeError(
    `Cannot express the network in ${framework} ops: there are none for ${what}:` +
      problems.map((problem) => `\n  ${problem}`).join(""),
  );
}
