/**
 * Converts a topology with weights of its own, and compares the GPU with plain loops.
 *
 * @module
 */
import { convert } from "../../lib/convert.ts";
import { summarizeGraph } from "../../lib/summary.ts";
import { type Graph, type Node, opOf, type Value } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { count, sameShape, type Shape, showShape, type Tensor } from "../../runtime/tensor.ts";
import { fill } from "../../scripts/write_recipe_model.ts";
import { difference } from "../golden.ts";
import { gpu } from "../gpu.ts";
import { weightsFor } from "./weights.ts";

/** How a topology went. */
export interface Result {
  /** Layers of the prototxt. */
  readonly layers: number;
  /** Multiply-accumulates of a run. */
  readonly macs: number;
  /** How far any output is off, as a part of its largest value. */
  readonly difference: number;
  /** The outputs by name. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** What the converter warned of. */
  readonly warnings: readonly string[];
  /** Seconds in plain loops, and on the GPU with everything made ready. */
  readonly seconds: readonly [loops: number, gpu: number];
}

/**
 * Converts and runs a topology.
 *
 * Where a network picks boxes, the scores that decide are compared first. Then plain loops go on from
 * those of the GPU: which of two boxes is the better one may hang on a last bit.
 *
 * @throws {Error} if a shape of the GPU's is another.
 */
export async function check(
  name: string,
  prototxt: string,
  inputShapes: ReadonlyMap<string, Shape> = new Map(),
): Promise<Result> {
  const bytes = new TextEncoder().encode(prototxt);
  const warnings: string[] = [];
  const { graph, summary } = convert({ bytes, name: `${name}.prototxt` }, {
    inputShapes,
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
  const program = await gpu!.prepare(graph, wanted);
  const started = performance.now();
  const results = new Map((await program.run(inputs)).map((tensor, i) => [wanted[i]!, tensor]));
  const between = performance.now();
  program.destroy();

  let farthest = 0;
  const compare = (value: Value, expected: Tensor) => {
    const { shape, data } = results.get(value)!;
    if (!sameShape(shape, expected.shape)) {
      throw new Error(
        `"${value.name}" is ${showShape(shape)}, not ${showShape(expected.shape)}`,
      );
    }
    farthest = Math.max(farthest, difference(data, expected.data));
  };
  const firsts = picked.length > 0 ? picked : outputs;
  const loops = await runReference(graph, inputs, firsts);
  firsts.forEach((value, i) => compare(value, loops[i]!));
  if (picked.length > 0) {
    const fed = feed(graph, picked);
    const rest = [...inputs, ...picked.map((value) => results.get(value)!)];
    (await runReference(fed, rest, outputs)).forEach((tensor, i) => compare(outputs[i]!, tensor));
  }
  const ended = performance.now();
  return {
    layers: summary.length,
    macs: summarizeGraph(graph).reduce((sum, { macs }) => sum + macs, 0),
    difference: farthest,
    outputs: new Map(graph.outputs.map((name, i) => [name, results.get(outputs[i]!)!])),
    warnings,
    seconds: [(ended - between) / 1000, (between - started) / 1000],
  };
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

/** What the ops read that pick and sort. */
function decisive(nodes: readonly Node[]): readonly Value[] {
  const picking = nodes.filter((node) => opOf(node).host || node.op === "ctcGreedy");
  return [...new Set(picking.flatMap(({ inputs }) => inputs))];
}

/** The graph where some values are inputs, and no longer computed. */
function feed(graph: Graph, values: readonly Value[]): Graph {
  const nodes = graph.nodes.filter(({ output }) => !values.includes(output));
  return { ...graph, inputs: [...graph.inputs, ...values], nodes };
}
