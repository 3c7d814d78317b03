/**
 * Runs a graph in stages where it has ops that pick and sort: the engine computes all that comes
 * before them, in one pass with one readback, then the CPU picks, then the engine goes on.
 *
 * ```
 * conv2d ─► … ─► scores ─┐                      ┌─► roiPool ─► dense ─► …
 *        └► … ─► deltas ─┴─► proposal ─► boxes ─┘
 *                 engine │ CPU                  │ engine
 * ```
 *
 * What follows depends on how much was found, so that it is made ready during the run, once for each
 * number.
 *
 * @module
 */
import type { Engine, Program } from "./engine.ts";
import { type Graph, macsOf, type Node, opOf, prune, type Value } from "./graph.ts";
import { Programs } from "./programs.ts";
import { runNode } from "./reference.ts";
import { mostRounds } from "./ops/op.ts";
import { functions } from "./ops/unary.ts";
import { count, type Tensor } from "./tensor.ts";

/** What an engine can do. */
export interface Ability {
  /**
   * Whether it can hold a value. Where it cannot, what takes little work is left to the CPU as well:
   * enlarging a map to the size of the picture.
   */
  readonly fits: (value: Value) => boolean;
  /** Whether it is a GPU that the CPU stands in for, which ends long loops. */
  readonly software: boolean;
}

const anything: Ability = { fits: () => true, software: false };

/** What an engine computes of a graph in its first turn, and for whom. */
export function firstTurn(
  graph: Graph,
  outputs: readonly Value[],
  ability = anything,
): readonly [graph: Graph, outputs: readonly Value[]] {
  return cut(graph, outputs, ability).first;
}

/** The nodes that come after the first op which picks or sorts, and the engine's turn before them. */
function cut(graph: Graph, outputs: readonly Value[], ability: Ability) {
  const pruned = prune(graph, outputs), { inputs, constants } = pruned;
  const late = lateNodes(pruned.nodes, (node) => isHost(node, ability));
  const known = new Set([...inputs, ...constants.keys()]);
  const nodes = pruned.nodes.filter((node) => !late.has(node));
  const early = late.size === 0
    ? outputs
    : externalValues(late, outputs).filter((value) => !known.has(value));
  return { inputs, constants, late, first: [{ ...pruned, nodes }, early] as const };
}

/** Whether the CPU computes a node. */
function isHost(node: Node, { fits, software }: Ability): boolean {
  return opOf(node).host || isUnwritable(node) ||
    isLight(node) && ![...node.inputs, node.output].every(fits) ||
    software && roundsOf(node) > mostRounds;
}

/**
 * Makes a graph ready to run.
 *
 * @param prepare Makes a graph ready that has no such ops.
 */
export async function prepareWithHost(
  graph: Graph,
  outputs: readonly Value[],
  prepare: Engine["prepare"],
  ability = anything,
): Promise<Program> {
  const { inputs, constants, late, first: [rest, early] } = cut(graph, outputs, ability);
  const program = await prepare(rest, early);
  if (late.size === 0) return program;

  // All that waits for the engine's second turn, or everything, if that would not pay.
  const later = lateNodes(late, (node) => !isHost(node, ability));
  const left = work(later) < worthATurn ? new Set<Node>() : later;
  const written = new Set([...left].map(({ output }) => output));
  const wanted = outputs.filter((value) => written.has(value));
  const fed = externalValues(left, []).filter((value) => !constants.has(value));
  const programs = new Programs(
    {
      ...graph,
      constants,
      inputs: fed,
      states: [],
      nodes: [...left],
      names: new Map(),
      outputs: [],
    },
    { prepare: (graph, outputs) => prepareWithHost(graph, outputs, prepare, ability) },
  );
  return {
    async run(given) {
      const results = await program.run(given);
      const tensors = new Map<Value, Tensor>();
      for (const [value, data] of constants) tensors.set(value, { shape: value.shape, data });
      inputs.forEach((value, i) => tensors.set(value, given[i]!));
      early.forEach((value, i) => tensors.set(value, results[i]!));
      const compute = (node: Node) => {
        const inputs = node.inputs.map((value) => tensors.get(value)!);
        tensors.set(node.output, runNode(node, inputs));
      };
      for (const node of late) if (!left.has(node)) compute(node);
      const tensorsFed = fed.map((value) => tensors.get(value)!);
      // Where nothing was found, there is nothing to compute.
      if (tensorsFed.some(({ shape }) => count(shape) === 0)) left.forEach(compute);
      else if (wanted.length > 0) {
        const found = await programs.run(tensorsFed, wanted.map(({ name }) => name));
        for (const value of wanted) tensors.set(value, found[value.name]!);
      }
      return outputs.map((value) => tensors.get(value)!);
    },
    destroy() {
      program.destroy();
      programs.destroy();
    },
  };
}

/** What the engine computes only if it is more than this: multiplications and results. */
const worthATurn = 1e5;

/** Whether a setting is infinite or no number, for which shaders have no word. */
function isUnwritable({ op, attributes }: Node): boolean {
  // Functions of one number get theirs from memory.
  return !Object.hasOwn(functions, op) && Object.values(attributes).flat()
    .some((value) => typeof value === "number" && !Number.isFinite(value));
}

/** Whether plain loops will do, whatever the size. */
function isLight(node: Node): boolean {
  return macsOf(node) <= 16 * count(node.output.shape);
}

/** About how often an invocation of its shader goes round its loops. */
function roundsOf(node: Node): number {
  const { attributes, inputs, output } = node;
  return opOf(node).rounds?.(attributes, inputs.map(({ shape }) => shape), output.shape) ?? 0;
}

/** The nodes that are meant, and all that need their results. */
function lateNodes(nodes: Iterable<Node>, isMeant: (node: Node) => boolean | undefined): Set<Node> {
  const late = new Set<Node>();
  const written = new Set<Value>();
  for (const node of nodes) {
    if (isMeant(node) || node.inputs.some((value) => written.has(value))) {
      late.add(node);
      written.add(node.output);
    }
  }
  return late;
}

/** What nodes read and others write, and those outputs that others write. */
function externalValues(nodes: Iterable<Node>, outputs: readonly Value[]): readonly Value[] {
  const values = new Set(outputs);
  for (const { inputs } of nodes) for (const value of inputs) values.add(value);
  for (const { output } of nodes) values.delete(output);
  return [...values];
}

function work(nodes: Iterable<Node>): number {
  let sum = 0;
  for (const node of nodes) sum += count(node.output.shape) + macsOf(node);
  return sum;
}
