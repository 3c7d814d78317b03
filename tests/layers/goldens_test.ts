/**
 * Every recorded layer case of real Caffe: in plain loops, after the transforms, and on the GPU.
 */
import assert from "node:assert/strict";
import { layers } from "../../lib/layers/mod.ts";
import { optimize } from "../../lib/transforms/mod.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { sameShape, showShape, type Tensor } from "../../runtime/tensor.ts";
import { gpu } from "../gpu.ts";
import { difference, lowerCase, type Meta, readNpz } from "../golden.ts";

const folder = new URL("../goldens/layers/", import.meta.url);
const tolerance = 1e-5;

/** Cases that the converter refuses, with the words that tell why. */
const refused = new Map([
  ["eltwise_sum_inplace", /overwrites before its SUM has read it/],
]);

type Executor = typeof runReference;

async function runGpu(
  graph: Graph,
  inputs: readonly Tensor[],
  outputs: readonly Value[],
): Promise<Tensor[]> {
  const program = await gpu!.prepare(graph, outputs);
  try {
    return await program.run(inputs);
  } finally {
    program.destroy();
  }
}

async function check(at: URL, graph: Graph, run: Executor): Promise<void> {
  const golden = await readNpz(new URL("golden.npz", at));
  const wanted = [...graph.names].filter(([blob]) => golden.has(`blob:${blob}`));
  const inputs = graph.inputs.map(({ name }) =>
    golden.get(`input:${name}`) ?? golden.get(`blob:${name}`)!
  );
  const results = await run(graph, inputs, wanted.map(([, value]) => value));
  assert(wanted.length > 0, "there is nothing to compare");
  wanted.forEach(([blob], i) => {
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

const names = [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory)
  .map((entry) => entry.name).sort();
for (const name of names) {
  const at = new URL(`${name}/`, folder);
  const meta: Meta = JSON.parse(Deno.readTextFileSync(new URL("meta.json", at)));
  // A loss becomes what it computes outside training: losses_test.ts.
  if (meta.group === "loss") continue;
  const missing = meta.types.filter((type) => !layers.has(type));
  const reason = missing.length > 0 ? ` (no ${missing.join(", ")} yet)` : "";
  const test = (executor: string, fn: () => Promise<void>, ignore = false) =>
    Deno.test({ name: `${name} ${executor}${reason}`, ignore: ignore || reason !== "", fn });
  if (refused.has(name)) {
    Deno.test(`${name} is refused`, () => {
      assert.throws(() => lowerCase(at, meta), { message: refused.get(name) });
    });
    continue;
  }
  test("in plain loops", () => check(at, lowerCase(at, meta).graph, runReference));
  test("after the transforms", () => check(at, optimize(lowerCase(at, meta).graph), runReference));
  test("on the GPU", async () => {
    const { graph } = lowerCase(at, meta);
    await check(at, graph, runGpu);
    await check(at, optimize(graph), runGpu);
  }, gpu === undefined);
}
