/**
 * Runs a network once, part by part, with only the weights and the blobs of one part in memory.
 *
 * An engine packs weights, and thus holds them twice; one after the other, parts need no more memory
 * than the largest of them.
 *
 * @module
 */
import v8 from "node:v8";
import vm from "node:vm";
import { copyOf } from "../proto/deferred.ts";
import { openEngine } from "../runtime/engines/mod.ts";
import {
  type Graph,
  namedValues,
  type Node,
  prune,
  type Value,
  withInputShapes,
} from "../runtime/graph.ts";
import type { LoadOptions } from "../runtime/load_options.ts";
import { Network } from "../runtime/network.ts";
import { count, sameShape, type Tensor } from "../runtime/tensor.ts";

/** The usual size of a part's weights, in bytes. */
const partSize = 1 << 27;

/**
 * Computes values of a network. Its states are zeros; deferred constants stay deferred.
 *
 * @param given The inputs that are not states, by name; their shapes may differ from the network's.
 * @param names The names of the values.
 * @param onValue Receives each of them once it is computed.
 * @param size A part ends before the node whose weights would make it larger than this, in bytes.
 */
export async function runInParts(
  network: Graph,
  given: Readonly<Record<string, Tensor>>,
  names: readonly string[],
  options: LoadOptions,
  onValue: (name: string, tensor: Tensor) => void,
  size = partSize,
): Promise<void> {
  const graph = fitted(network, given), known = namedValues(graph);
  const asked = Map.groupBy(names, (name) => known.get(name)!);
  const hand = (value: Value, tensor: Tensor) => {
    for (const name of asked.get(value) ?? []) onValue(name, tensor);
  };
  const tensors = new Map(graph.inputs.map((value) => [value, given[value.name] ?? zeros(value)]));
  tensors.forEach((tensor, value) => hand(value, tensor));
  for (const value of graph.constants.keys()) {
    if (asked.has(value)) hand(value, constantOf(graph, value));
  }
  const pruned = prune(graph, [...asked.keys()]), parts = partsOf(pruned, size);
  for (const [i, nodes] of parts.entries()) {
    // What was done before has left garbage, too.
    if (parts.length > 1) await collectGarbage();
    const later = new Set(parts.slice(i + 1).flat().flatMap(({ inputs }) => inputs));
    const wanted = nodes.map(({ output }) => output)
      .filter((value) => asked.has(value) || later.has(value));
    const results = await runPart({ ...pruned, nodes }, tensors, wanted, options);
    results.forEach((tensor, value) => {
      hand(value, tensor);
      tensors.set(value, tensor);
    });
    for (const value of tensors.keys()) if (!later.has(value)) tensors.delete(value);
  }
}

/** The network for inputs of these shapes. */
function fitted(network: Graph, given: Readonly<Record<string, Tensor>>): Graph {
  const shapes = new Map(Object.entries(given).map(([name, { shape }]) => [name, shape]));
  const isSame = network.inputs.every(({ name, shape }) => {
    return sameShape(shapes.get(name) ?? shape, shape);
  });
  return isSame ? network : withInputShapes(network, shapes);
}

/** Consecutive nodes that have at most `most` bytes of weights together, or one that has more. */
function partsOf({ nodes, constants }: Graph, most: number): readonly (readonly Node[])[] {
  const parts: Node[][] = [];
  let size = 0;
  for (const node of nodes) {
    const added = node.inputs.reduce((sum, value) => {
      return sum + (constants.get(value)?.byteLength ?? 0);
    }, 0);
    if (parts.length === 0 || added > 0 && size > 0 && size + added > most) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)!.push(node);
    size += added;
  }
  return parts;
}

/** The wanted values of some nodes. */
async function runPart(
  graph: Graph,
  tensors: ReadonlyMap<Value, Tensor>,
  wanted: readonly Value[],
  options: LoadOptions,
): Promise<ReadonlyMap<Value, Tensor>> {
  const { nodes } = graph, written = new Set(nodes.map(({ output }) => output));
  const read = [...new Set(nodes.flatMap(({ inputs }) => inputs)).difference(written)];
  const inputs = read.filter((value) => !graph.constants.has(value));
  const constants = read.filter((value) => graph.constants.has(value))
    .map((value) => [value, constantOf(graph, value).data] as const);
  const part: Graph = {
    ...graph,
    inputs,
    states: [],
    constants: new Map(constants),
    names: new Map(),
    outputs: wanted.map(({ name }) => name),
  };
  const bundle = { constants: new Map(), preprocessing: null, labels: null, provenance: {} };
  const network = new Network({ graph: part, ...bundle }, await openEngine(options));
  try {
    const fed = inputs.map((value) => [value.name, tensors.get(value)!]);
    const results = await network.run(Object.fromEntries(fed));
    return new Map(wanted.map((value) => [value, results[value.name]!]));
  } finally {
    network.destroy();
  }
}

function constantOf({ constants }: Graph, value: Value): Tensor {
  return { shape: value.shape, data: copyOf(constants.get(value)!) };
}

function zeros({ shape }: Value): Tensor {
  return { shape, data: new Float32Array(count(shape)) };
}

/** Frees the memory of destroyed engines, which V8 does not count, when their threads have ended. */
async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, threadsEnd));
  v8.setFlagsFromString("--expose-gc");
  vm.runInNewContext("gc")();
}

/** Threads have ended after this time, in milliseconds. */
const threadsEnd = 20;
