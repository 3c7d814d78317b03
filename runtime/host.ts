/**
 * Splits a graph between engine and CPU where it has ops that only the CPU computes (`host`): the
 * engine runs everything before them, with one readback, then the CPU, then the engine runs the
 * rest.
 *
 * ```
 * conv2d ─► … ─► scores ─┐                      ┌─► roiPool ─► dense ─► …
 *        └► … ─► deltas ─┴─► proposal ─► boxes ─┘
 *                 engine │ CPU                  │ engine
 * ```
 *
 * The shapes after them depend on how much was found, so the rest is compiled during the run, once
 * per number.
 *
 * @module
 */
import type { Engine, Program } from "./engine.ts";
import { foldConstants } from "./fold_constants.ts";
import { type Graph, macsOf, type Node, opOf, prune, type Value } from "./graph.ts";
import { Programs } from "./programs.ts";
import { runNode } from "./reference.ts";
import { mostRounds } from "./ops/op.ts";
import { functions } from "./ops/unary.ts";
import { count, type Tensor } from "./tensor.ts";

/** What an engine can compute. */
export interface Ability {
  /**
   * Whether it can hold a value. If not, the CPU computes nodes with little work per element, such
   * as enlarging a map to the size of the picture.
   */
  readonly fits: (value: Value) => boolean;
  /** Whether it is a software GPU, which ends long loops. */
  readonly software: boolean;
}

const anything: Ability = { fits: () => true, software: false };

/** The graph and outputs that the engine runs first, before any op of the CPU. */
export function firstTurn(
  graph: Graph,
  outputs: readonly Value[],
  ability = anything,
): readonly [graph: Graph, outputs: readonly Value[]] {
  return cut(foldConstants(graph), outputs, ability).first;
}

/** The nodes from the first CPU op on, and the engine's graph before them. */
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
 * Compiles a graph that may have CPU ops.
 *
 * @param prepare Compiles a graph without such ops.
 */
export async function prepareWithHost(
  graph: Graph,
  outputs: readonly Value[],
  prepare: Engine["prepare"],
  ability = anything,
): Promise<Program> {
  const { inputs, constants, late, first: [before, early] } = cut(graph, outputs, ability);
  const program = await prepare(before, early);
  if (late.size === 0) return program;

  // The nodes after the CPU's that the engine runs; none if that is not worth another round trip.
  const later = lateNodes(late, (node) => !isHost(node, ability));
  const rest = work(later) < worthATurn ? new Set<Node>() : later;
  const written = new Set([...rest].map(({ output }) => output));
  const wanted = outputs.filter((value) => written.has(value));
  const fed = externalValues(rest, []).filter((value) => !constants.has(value));
  const programs = new Programs(
    {
      ...graph,
      constants,
      inputs: fed,
      states: [],
      nodes: [...rest],
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
      for (const node of late) if (!rest.has(node)) compute(node);
      const tensorsFed = fed.map((value) => tensors.get(value)!);
      // If nothing was found, the rest has nothing to compute.
      if (tensorsFed.some(({ shape }) => count(shape) === 0)) rest.forEach(compute);
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

/** The least work (MACs and output elements) that is worth another round trip to the engine. */
const worthATurn = 1e5;

/** Whether a setting is infinite in float32, or NaN, which WGSL literals cannot express. */
function isUnwritable({ op, attributes }: Node): boolean {
  // Functions of one number read theirs from a uniform.
  return !Object.hasOwn(functions, op) && Object.values(attributes).flat()
    .some((value) => typeof value === "number" && !Number.isFinite(Math.fround(value)));
}

/** Whether the reference implementation is fast enough whatever the size. */
function isLight(node: Node): boolean {
  return macsOf(node) <= 16 * count(node.output.shape);
}

/** About how many loop iterations an invocation of its shader makes. */
function roundsOf(node: Node): number {
  const { attributes, inputs, output } = node;
  return opOf(node).rounds?.(attributes, inputs.map(({ shape }) => shape), output.shape) ?? 0;
}

/** The nodes that satisfy a predicate, and all that depend on them. */
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

/** The values that nodes read but do not write, and the outputs that they do not write. */
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
