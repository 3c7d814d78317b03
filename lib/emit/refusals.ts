/**
 * The nodes of a network that another framework's ops cannot express.
 *
 * @module
 */
import { type Graph, type Node, opNameOf, type Value } from "../../runtime/graph.ts";
import { outputsHint } from "../option_hints.ts";

/** Collects refused nodes, so that an error can list all of them. */
export class Refusals {
  readonly #framework: string;
  readonly #graph: Graph;
  readonly #problems: string[] = [];
  #blobs: ReadonlyMap<Value, string | undefined> | undefined;

  /** @param framework Whose ops: "TensorFlow's". */
  constructor(framework: string, graph: Graph) {
    this.#framework = framework;
    this.#graph = graph;
  }

  /** Adds a node with the reason, and a hint to export what the node reads instead. */
  add(node: Node, reason: string): void {
    this.#blobs ??= computedBlobs(this.#graph);
    const blobs = this.#blobs;
    const read = node.inputs.filter((value) => blobs.has(value)).map((value) => blobs.get(value));
    const isNamed = read.length > 0 && read.every((name) => name !== undefined);
    const hint = isNamed
      ? `; export what it reads instead, ${outputsHint([...new Set(read)])}`
      : "";
    this.#problems.push(`"${node.output.name}" (${opNameOf(node)}): ${reason}${hint}`);
  }

  /** @throws {TypeError} that lists all nodes, if there are any. */
  throwIfAny(): void {
    const { length } = this.#problems;
    if (length === 0) return;
    const what = length === 1 ? "a node" : `${length} nodes`;
    throw new TypeError(
      `Cannot express the network in ${this.#framework} ops: there are none for ${what}:` +
        this.#problems.map((problem) => `\n  ${problem}`).join(""),
    );
  }
}

/** The values that nodes compute, and the first blob's name of each; `undefined` if it has none. */
function computedBlobs({ nodes, names }: Graph): ReadonlyMap<Value, string | undefined> {
  const blobs = new Map<Value, string | undefined>(nodes.map(({ output }) => [output, undefined]));
  for (const [name, value] of names) {
    if (blobs.has(value)) blobs.set(value, blobs.get(value) ?? name);
  }
  return blobs;
}
