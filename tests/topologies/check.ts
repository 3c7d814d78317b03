/**
 * Converts a topology with generated weights, and compares the engines.
 *
 * @module
 */
import { convert } from "../../lib/convert.ts";
import { summarizeGraph } from "../../lib/summary.ts";
import { CpuEngine } from "../../runtime/cpu/engine.ts";
import type { Engine } from "../../runtime/engine.ts";
import { type Graph, type Node, opOf, type Value } from "../../runtime/graph.ts";
import { referenceEngine } from "../../runtime/reference.ts";
import { count, sameShape, type Shape, showShape, type Tensor } from "../../runtime/tensor.ts";
import { fill } from "../../scripts/write_recipe_model.ts";
import { feed, runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { gpu } from "../gpu.ts";
import { weightsFor } from "./weights.ts";

/** Options of {@linkcode check}. */
export interface CheckOptions {
  /** The shapes of the inputs that the prototxt does not declare. */
  readonly inputShapes?: ReadonlyMap<string, Shape> | undefined;
  /** Whether the engines are compared with plain loops instead of the CPU engine. */
  readonly loops: boolean;
}

/** The result of one engine. */
export interface Outcome {
  /** The largest error of any output, relative to the output's largest value. */
  readonly difference: number;
  /** The duration of the first run in seconds. */
  readonly seconds: number;
}

/** The result of a topology. */
export interface Result {
  /** The number of layers. */
  readonly layers: number;
  /** Multiply-accumulate operations per run. */
  readonly macs: number;
  /** The results of the engines by name, the reference first. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** The outputs of the reference engine by name. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** The warnings of the conversion. */
  readonly warnings: readonly string[];
}

/**
 * Converts and runs a topology.
 *
 * Where a network selects boxes, the scores that decide are compared first. Then the reference engine
 * continues from the scores of the other engine, because a difference in the last bit can change which
 * of two boxes is selected.
 *
 * @throws {Error} if the shape of a value differs between two engines.
 */
export async function check(
  name: string,
  prototxt: string,
  { inputShapes = new Map(), loops }: CheckOptions,
): Promise<Result> {
  const bytes = new TextEncoder().encode(prototxt);
  const warnings: string[] = [];
  const { graph, summary } = convert({ bytes, name: `${name}.prototxt` }, {
    inputShapes,
    // The Crop layer of HED differs from Caffe's own.
    alignCrops: true,
    caffemodel: { bytes: weightsFor(bytes, inputShapes), name: `${name}.caffemodel` },
    warn: (message) => warnings.push(message),
  });
  const inputs = graph.inputs.map((value) => inputFor(value, graph));
  const outputs = graph.outputs.map((name) => graph.names.get(name)!);
  // A saturated softmax hides differences, so its input is compared as well.
  for (const { op, inputs, output } of graph.nodes) {
    if (op === "softmax" && outputs.includes(output)) outputs.push(inputs[0]!);
  }
  const selecting = selectionInputs(graph.nodes).filter((value) => !graph.constants.has(value));
  const values = [...new Set([...selecting, ...outputs])];

  const cpu = new CpuEngine();
  const reference = loops ? referenceEngine : cpu;
  const others = new Map<string, Engine>(loops ? [["CPU", cpu]] : []);
  if (gpu !== undefined) others.set("GPU", gpu);
  const outcomes = new Map<string, Outcome>();
  const timed = async (name: string, engine: Engine) => {
    const started = performance.now();
    const results = await runOn(engine)(graph, inputs, values);
    outcomes.set(name, { difference: 0, seconds: (performance.now() - started) / 1000 });
    return results;
  };
  const expected = await timed(loops ? "loops" : "CPU", reference);
  for (const [name, engine] of others) {
    const results = await timed(name, engine);
    const scores = results.slice(0, selecting.length);
    const continued = selecting.length === 0
      ? expected
      : await runOn(reference)(feed(graph, selecting), [...inputs, ...scores], values);
    const differences = values.map((value, i) =>
      differenceOf(value, results[i]!, i < selecting.length ? expected[i]! : continued[i]!)
    );
    outcomes.set(name, { ...outcomes.get(name)!, difference: Math.max(...differences) });
  }
  cpu.destroy();
  return {
    layers: summary.length,
    macs: summarizeGraph(graph).reduce((sum, { macs }) => sum + macs, 0),
    outcomes,
    outputs: new Map(
      graph.outputs.map((name, i) => [name, expected[values.indexOf(outputs[i]!)]!]),
    ),
    warnings,
  };
}

function differenceOf({ name }: Value, actual: Tensor, expected: Tensor): number {
  if (sameShape(actual.shape, expected.shape)) return difference(actual.data, expected.data);
  const shapes = `${showShape(actual.shape)}, not ${showShape(expected.shape)}`;
  throw new Error(`The shape of "${name}" is ${shapes}`);
}

/** Values for an input: zeros for a state, the size for `im_info`, otherwise random numbers. */
function inputFor({ name, shape }: Value, { states, inputs }: Graph): Tensor {
  if (states.some(({ input }) => input.name === name)) {
    return { shape, data: new Float32Array(count(shape)) };
  }
  if (name === "im_info") {
    const [, , height, width] = inputs.find((value) => value.name === "data")!.shape;
    return { shape, data: Float32Array.of(height!, width!, 1) };
  }
  return { shape, data: fill({ shape, seed: 1 + inputs.length, low: -8, high: 8 }) };
}

/** The inputs of the ops whose result depends on comparisons: selection, sorting and argmax. */
function selectionInputs(nodes: readonly Node[]): readonly Value[] {
  const selecting = nodes.filter((node) =>
    opOf(node).host || node.op === "ctcGreedy" ||
    node.op === "pool2d" && node.attributes.method === "argmax"
  );
  return [...new Set(selecting.flatMap(({ inputs }) => inputs))];
}
