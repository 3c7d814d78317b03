/**
 * Networks with trained weights against Caffe: the final values of every recorded blob.
 */
import assert from "node:assert/strict";
import { runReference } from "../../runtime/reference.ts";
import { sameShape, showShape, type Tensor } from "../../runtime/tensor.ts";
import { difference, readNpz, sample } from "../golden.ts";
import { cpus } from "../cpu.ts";
import { gpu, hasGpu } from "../gpu.ts";
import { type Executor, runOn } from "../executors.ts";
import { hasShared, shared } from "../shared.ts";
import { convertTrained, trained } from "./trained.ts";

/** The executors by name. */
const executors = {
  "in plain loops": [runReference],
  "on the CPU": cpus.map(runOn),
  "on the GPU": hasGpu ? [runOn(gpu!)] : [],
};

for (const recording of Object.keys(trained) as (keyof typeof trained)[]) {
  for (const [on, runs] of Object.entries(executors)) {
    Deno.test({
      name: `${recording} equals Caffe ${on}`,
      ignore: !hasShared(`goldens/real/${recording}.npz`) || runs.length === 0,
      async fn() {
        for (const run of runs) await check(recording, run);
      },
    });
  }
}

async function check(recording: keyof typeof trained, run: Executor): Promise<void> {
  const golden = await readNpz(new URL(`goldens/real/${recording}.npz`, shared));
  const inputs = new Map(
    [...golden].filter(([key]) => key.startsWith("input:")).map(([key, tensor]) =>
      [key.slice("input:".length), tensor] as const
    ),
  );
  const { graph } = convertTrained(recording, inputs);
  const wanted = [...graph.names].filter(([name]) => keyOf(name, golden) !== undefined);
  const tensors = graph.inputs.map(({ name }) => inputs.get(name)!);
  const results = await run(graph, tensors, wanted.map(([, value]) => value));
  assert(wanted.length > 1);
  wanted.forEach(([name], i) => {
    const key = keyOf(name, golden)!;
    const expected = golden.get(key)!;
    const positions = golden.get(`${key}@index`)?.data, { shape } = results[i]!;
    assert(positions || sameShape(shape, expected.shape), `${name} ${showShape(shape)}`);
    const distance = difference(sample(results[i]!, positions), expected.data);
    assert(distance <= 1e-4, `${name} is off by ${distance} of its largest value`);
  });
}

/** The key of a blob's final values: those of the blob, or of the last layer that writes it. */
function keyOf(name: string, golden: ReadonlyMap<string, Tensor>): string | undefined {
  if (golden.has(`blob:${name}`)) return `blob:${name}`;
  return [...golden.keys()].findLast((key) => key.startsWith("layer:") && key.endsWith(`:${name}`));
}
