/**
 * Converts a topology with weights of its own, and compares the engines.
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

/** What is asked of a check. */
export interface CheckOptions {
  /** Shapes of inputs that the file leaves open. */
  readonly inputShapes?: ReadonlyMap<string, Shape> | undefined;
  /** Whether plain loops are what the engines are compared with, and not the CPU engine. */
  readonly loops: boolean;
}

/** How an engine did. */
export interface Outcome {
  /** How far any output is off, as a part of its largest value. */
  readonly difference: number;
  /** Seconds of the first run. */
  readonly seconds: number;
}

/** How a topology went. */
export interface Result {
  /** Layers of the prototxt. */
  readonly layers: number;
  /** Multiply-accumulates of a run. */
  readonly macs: number;
  /** The engines by name: the one that the others are compared with first. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** The outputs by name, as the first engine has them. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** What the converter warned of. */
  readonly warnings: readonly string[];
}

/**
 * Converts and runs a topology.
 *
 * Where a network picks boxes, the scores that decide are compared first. Then the first engine goes
 * on from those of the other: which of two boxes is the better one may hang on a last bit.
 *
 * @throws {Error} if an engine gives another shape than the first.
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
    // HED's is not Caffe's own.
    alignCrops: true,
    caffemodel: { bytes: weightsFor(bytes, inputShapes), name: `${name}.caffemodel` },
    warn: (message) => warnings.push(message),
  });
  const inputs = graph.inputs.map((value) => inputFor(value, graph));
  const outputs = graph.outputs.map((name) => graph.names.get(name)!);
  // What a softmax saturates is compared before it as well.
  for (const { op, inputs, output } of graph.nodes) {
    if (op === "softmax" && outputs.includes(output)) outputs.push(inputs[0]!);
  }
  const picked = decisive(graph.nodes).filter((value) => !graph.constants.has(value));
  const wanted = [...new Set([...picked, ...outputs])];

  const cpu = new CpuEngine();
  const first = loops ? referenceEngine : cpu;
  const others = new Map<string, Engine>(loops ? [["CPU", cpu]] : []);
  if (gpu !== undefined) others.set("GPU", gpu);
  const outcomes = new Map<string, Outcome>();
  const timed = async (name: string, engine: Engine) => {
    const started = performance.now();
    const results = await runOn(engine)(graph, inputs, wanted);
    outcomes.set(name, { difference: 0, seconds: (performance.now() - started) / 1000 });
    return results;
  };
  const expected = await timed(loops ? "loops" : "CPU", first);
  for (const [name, engine] of others) {
    const results = await timed(name, engine);
    const decided = results.slice(0, picked.length);
    const rest = picked.length === 0
      ? expected
      : await runOn(first)(feed(graph, picked), [...inputs, ...decided], wanted);
    const farthest = wanted.map((value, i) =>
      distance(value, results[i]!, i < picked.length ? expected[i]! : rest[i]!)
    );
    outcomes.set(name, { ...outcomes.get(name)!, difference: Math.max(...farthest) });
  }
  cpu.destroy();
  return {
    layers: summary.length,
    macs: summarizeGraph(graph).reduce((sum, { macs }) => sum + macs, 0),
    outcomes,
    outputs: new Map(
      graph.outputs.map((name, i) => [name, expected[wanted.indexOf(outputs[i]!)]!]),
    ),
    warnings,
  };
}

function distance({ name }: Value, actual: Tensor, expected: Tensor): number {
  if (sameShape(actual.shape, expected.shape)) return difference(actual.data, expected.data);
  throw new Error(`"${name}" is ${showShape(actual.shape)}, not ${showShape(expected.shape)}`);
}

/** Numbers for an input. */
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

/** What the ops read that pick and sort, or tell where a maximum is. */
function decisive(nodes: readonly Node[]): readonly Value[] {
  const picking = nodes.filter((node) =>
    opOf(node).host || node.op === "ctcGreedy" ||
    node.op === "pool2d" && node.attributes.method === "argmax"
  );
  return [...new Set(picking.flatMap(({ inputs }) => inputs))];
}
