/**
 * Tests recorded layer cases: by reference, after the transforms, on the CPU, on the GPU, in
 * TensorFlow.js, and as a graph model that TensorFlow.js loads.
 *
 * @module
 */
import assert from "node:assert/strict";
import { layers } from "../lib/layers/mod.ts";
import { optimize } from "../lib/transforms/mod.ts";
import type { Graph } from "../runtime/graph.ts";
import { runReference } from "../runtime/reference.ts";
import { count, sameShape, showShape } from "../runtime/tensor.ts";
import { difference, lowerCase, type Meta, readNpz } from "./golden.ts";
import { cpus } from "./cpu.ts";
import { type Executor, runOn } from "./executors.ts";
import { gpu, hasGpu, withEachKernel } from "./gpu.ts";
import { runGraphModel, runTensorFlow } from "./tensorflow.ts";
import { refusedByTensorFlow } from "./tensorflow_skips.ts";

/** Recorded cases that the converter refuses, and patterns of the reasons. */
export const refused: ReadonlyMap<string, RegExp> = new Map([
  ["eltwise_sum_inplace", /overwrites before its SUM has read it/],
]);

/** The largest accepted difference, relative to the largest value of a blob. */
const tolerance = 1e-5;

/** The names of the cases in a folder, and their metadata. */
export function readCases(folder: URL): readonly (readonly [name: string, meta: Meta])[] {
  const names = [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory)
    .map((entry) => entry.name).sort();
  return names.map((name) => {
    const meta = Deno.readTextFileSync(new URL(`${name}/meta.json`, folder));
    return [name, JSON.parse(meta) as Meta];
  });
}

/**
 * Tests a case with every executor. It is ignored if a layer type is unknown.
 *
 * @param at The folder of the case.
 * @param types The types of its layers.
 * @param prepare Changes the network before it runs.
 */
export function testCase(
  name: string,
  at: URL,
  meta: Meta,
  types: readonly string[] = meta.types,
  prepare: (graph: Graph) => Graph = (graph) => graph,
): void {
  const missing = new Set(types.filter((type) => !layers.has(type)));
  const reason = missing.size > 0 ? ` (no ${[...missing].join(", ")} yet)` : "";
  const test = (executor: string, fn: () => Promise<void>, ignore = false) =>
    Deno.test({ name: `${name} ${executor}${reason}`, ignore: ignore || reason !== "", fn });
  const lowered = () => prepare(lowerCase(at, meta).graph);
  test("in plain loops", () => check(at, lowered(), runReference));
  test("after the transforms", () => check(at, optimize(lowered()), runReference));
  test("on the GPU", async () => {
    await check(at, lowered(), runOn(gpu!));
    const graph = optimize(lowered());
    await withEachKernel((engine) => check(at, graph, runOn(engine)));
  }, !hasGpu);
  test("on the CPU", async () => {
    const graph = lowered();
    for (const engine of cpus) {
      await check(at, graph, runOn(engine));
      await check(at, optimize(graph), runOn(engine));
    }
  });
  if (refusedByTensorFlow(name) !== undefined) {
    test(`is refused by TensorFlow: ${refusedByTensorFlow(name)}`, async () => {
      const run = () => check(at, lowered(), runTensorFlow);
      await assert.rejects(run, { message: /^Cannot express the network in TensorFlow's ops/ });
    });
    return;
  }
  test("in TensorFlow.js", () => check(at, lowered(), runTensorFlow));
  test("as a graph model", () => {
    return check(at, optimize(lowered()), runGraphModel);
  });
}

async function check(at: URL, graph: Graph, run: Executor): Promise<void> {
  const golden = await readNpz(new URL("golden.npz", at));
  const recorded = [...graph.names].filter(([blob]) => golden.has(`blob:${blob}`));
  const states = new Set(graph.states.map(({ input }) => input));
  const inputs = graph.inputs.map((value) =>
    states.has(value)
      ? { shape: value.shape, data: new Float32Array(count(value.shape)) }
      : golden.get(`input:${value.name}`) ?? golden.get(`blob:${value.name}`)!
  );
  const results = await run(graph, inputs, recorded.map(([, value]) => value));
  assert(recorded.length > 0, "there is nothing to compare");
  recorded.forEach(([blob], i) => {
    const expected = golden.get(`blob:${blob}`)!;
    const { shape, data } = results[i]!;
    assert(
      sameShape(shape, expected.shape),
      `${blob} is ${showShape(shape)}, not ${showShape(expected.shape)}`,
    );
    const distance = difference(data, expected.data);
    assert(distance <= tolerance, `${blob} is off by ${distance} of its largest value`);
  });
}
