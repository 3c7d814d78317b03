/**
 * The executors of random networks, which must all give the same results.
 *
 * @module
 */
import type { Network } from "../../runtime/network.ts";
import type { Engine } from "../../runtime/engine.ts";
import type { Graph } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { count, type Tensor } from "../../runtime/tensor.ts";
import { cpus } from "../cpu.ts";
import { runOn } from "../executors.ts";
import { engineVariants, gpu, withEachKernel } from "../gpu.ts";
import { runGraphModel, runTensorFlow } from "../tensorflow.ts";
import type { RandomNetwork } from "./network.ts";
import { load, loadClass, modelOf, respelled, upgraded } from "./rewritten.ts";

/** Blobs by name. */
export type Answers = ReadonlyMap<string, Tensor>;

/** Computes blobs of a network; none, if it cannot express the network. */
export type Executor = (network: RandomNetwork) => Promise<readonly Answers[]>;

const plain = { transforms: [] };

/** Computes all blobs, and then only the outputs, so that intermediate nodes can be fused. */
async function runBoth(
  graph: Graph,
  network: RandomNetwork,
  run: typeof runReference,
): Promise<Answers[]> {
  const inputs = graph.inputs.map(({ name, shape }) =>
    network.inputs.get(name) ?? { shape, data: new Float32Array(count(shape)) }
  );
  const results: Answers[] = [];
  for (const names of [[...graph.names.keys()], graph.outputs]) {
    const values = [...new Set(names.map((name) => graph.names.get(name)!))];
    const tensors = await run(graph, inputs, values);
    results.push(
      new Map(names.map((name) => [name, tensors[values.indexOf(graph.names.get(name)!)]!])),
    );
  }
  return results;
}

function onEngine(engine: Engine, optimized: boolean): Executor {
  return (network) =>
    runBoth(modelOf(network, optimized ? {} : plain).graph, network, runOn(engine));
}

/** Computes all values of a loaded network. */
async function runAll(network: RandomNetwork, loading: Promise<Network>): Promise<Answers> {
  const loaded = await loading;
  const given = loaded.inputs.map(({ name }) => [name, network.inputs.get(name)!]);
  const result = await loaded.run(Object.fromEntries(given), { outputs: loaded.names });
  loaded.destroy();
  return new Map(Object.entries(result));
}

/** Runs the network with each of the alternative kernels. */
async function withKernels(network: RandomNetwork): Promise<Answers[]> {
  const { graph } = modelOf(network);
  const results: Answers[] = [];
  await withEachKernel(async (engine) => {
    results.push(...await runBoth(graph, network, runOn(engine)));
  });
  return results;
}

/** No results, if TensorFlow cannot express an op. */
function inTensorFlow(run: typeof runReference): Executor {
  return async (network) => {
    const { graph } = modelOf(network);
    try {
      return await runBoth(graph, network, run);
    } catch (error) {
      if (/^Cannot express the network in TensorFlow's ops/.test((error as Error).message)) {
        return [];
      }
      throw error;
    }
  };
}

/** The engines of the GPU by name; none without one. */
const gpus = gpu === undefined ? [] : [["gpu", gpu] as const, ...engineVariants];

/** The executors by name. */
export const executors: ReadonlyMap<string, Executor> = new Map<string, Executor>([
  ["transforms", (network) => runBoth(modelOf(network).graph, network, runReference)],
  ["bundle", async (network) => [
    await runAll(network, load(modelOf(network, plain))),
    await runAll(network, load(modelOf(network))),
  ]],
  ["class", async (network) => [
    await runAll(network, loadClass(modelOf(network, plain))),
    await runAll(network, loadClass(modelOf(network))),
  ]],
  ["respelled", (network) => runBoth(respelled(network).graph, network, runReference)],
  ["upgraded", (network) => runBoth(upgraded(network).graph, network, runReference)],
  ...cpus.flatMap((engine, i) => [
    [`cpu ${i} plain`, onEngine(engine, false)] as const,
    [`cpu ${i} optimized`, onEngine(engine, true)] as const,
  ]),
  ...gpus.flatMap(([name, engine]) => [
    [`${name} plain`, onEngine(engine, false)] as const,
    [`${name} optimized`, onEngine(engine, true)] as const,
  ]),
  ...gpu === undefined ? [] : [["each kernel", withKernels] as const],
  ["tensorflow", inTensorFlow(runTensorFlow)],
  ["graph model", inTensorFlow(runGraphModel)],
]);
