/**
 * TensorFlow.js in tests: runs networks on its engine, and as graph models by its own loader.
 *
 * @module
 */
import "@tensorflow/tfjs-backend-cpu";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type { ModelFileParts } from "../lib/emit/tfjs/graph_model.ts";
import { writeGraphModel } from "../lib/emit/tfjs/graph_model.ts";
import { TfEngine } from "../lib/tf/engine.ts";
import type { Graph, Value } from "../runtime/graph.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { join } from "./join.ts";

tf.enableProdMode();

/** Computes values of a graph with the engine of TensorFlow.js, on its backend `cpu`. */
export async function runTensorFlow(
  graph: Graph,
  inputs: readonly Tensor[],
  outputs: readonly Value[],
): Promise<Tensor[]> {
  await tf.setBackend("cpu");
  const engine = await TfEngine.open();
  const program = await engine.prepare(graph, outputs);
  try {
    return await program.run(inputs);
  } finally {
    program.destroy();
  }
}

/** Computes values of a graph by writing it as a graph model and loading that. */
export async function runGraphModel(
  graph: Graph,
  inputs: readonly Tensor[],
  outputs: readonly Value[],
): Promise<Tensor[]> {
  await tf.setBackend("cpu");
  const names = outputs.map((value) => [...graph.names].find(([, named]) => named === value)![0]);
  const wanted = [...new Set(names)];
  const model = await loadFiles(writeGraphModel({ graph: { ...graph, outputs: wanted } }));
  const fed = new Map(graph.inputs.map(({ name }, i) => [name, inputs[i]!]));
  const results = await predict(model, fed, wanted);
  model.dispose();
  return names.map((name) => results.get(name)!);
}

/** Loads a graph model from its files by `tf.loadGraphModel`. */
export async function loadFiles(files: readonly ModelFileParts[]): Promise<GraphModel> {
  const bytes = new Map(files.map(({ name, chunks }) => [name, join(chunks)]));
  const json = JSON.parse(new TextDecoder().decode(bytes.get("model.json")!));
  const { modelTopology, weightsManifest: [{ paths, weights }], ...rest } = json;
  const data = join(paths.map((path: string) => bytes.get(path)!));
  const load = () =>
    Promise.resolve({
      ...rest,
      modelTopology,
      weightSpecs: weights,
      weightData: data.buffer,
    });
  return await loadGraphModel({ load });
}

/** Runs a graph model. Inputs and outputs have Caffe's order of axes. */
export async function predict(
  model: GraphModel,
  inputs: ReadonlyMap<string, Tensor>,
  outputs: readonly string[],
): Promise<Map<string, Tensor>> {
  const fed = Object.fromEntries([...inputs].map(([name, { shape, data }]) => {
    const tensor = tf.tensor(data, [...shape]);
    return [name, shape.length === 4 ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor] as const;
  }));
  const result = model.predict(fed);
  const byName = (name: string, i: number): tf.Tensor => {
    if (result instanceof tf.Tensor) return result;
    return Array.isArray(result) ? result[i]! : result[name]!;
  };
  const tensors = outputs.map(async (name, i) => {
    const tensor = byName(name, i);
    const planes = tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor;
    return [name, { shape: planes.shape, data: await planes.data<"float32">() }] as const;
  });
  return new Map(await Promise.all(tensors));
}
