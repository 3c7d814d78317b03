/**
 * Runs networks of few layers, given as text, in every way there is to compute them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { optimize } from "../../lib/transforms/mod.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { cpus } from "../cpu.ts";
import { type Executor, runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { gpu, hasGpu, withEachKernel } from "../gpu.ts";
import { runGraphModel, runTensorFlow } from "../tensorflow.ts";

/** A network: its text, the weights that its text lacks, its inputs in order, and what it gives. */
export interface Given {
  readonly text: string;
  readonly inputs: readonly Tensor[];
  /** Learned blobs, by the layer and their position in it. */
  readonly blobs?: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  /** Why TensorFlow cannot say it, if it cannot. */
  readonly refused?: RegExp;
}

/** Checks that a network gives what it must: in plain loops, on the CPU, the GPU, in TensorFlow.js. */
export function testEverywhere(does: string, given: Given): void {
  const { text, inputs, outputs, refused } = given;
  const inject = Object.entries(given.blobs ?? {}).map(([where, value]) => {
    const [layer, index] = where.split(":");
    return { layer: layer!, index: Number(index), value };
  });
  const lowered = () =>
    convert(
      { bytes: new TextEncoder().encode(text), name: "net.prototxt" },
      { warn: () => {}, inject, transforms: [] },
    ).graph;
  const check = async (run: Executor, isOptimized: boolean) => {
    const graph = isOptimized ? optimize(lowered()) : lowered();
    const results = await run(graph, inputs, graph.outputs.map((name) => graph.names.get(name)!));
    assert.equal(results.length, outputs.length);
    results.forEach(({ shape, data }, i) => {
      assert.deepEqual(shape, outputs[i]!.shape);
      const off = difference(data, outputs[i]!.data);
      assert(off <= 1e-5, `output ${i} is off by ${off} of its largest value: ${data.join(" ")}`);
    });
  };
  Deno.test(`${does}, in plain loops`, async () => {
    await check(runReference, false);
    await check(runReference, true);
  });
  Deno.test(`${does}, on the CPU`, async () => {
    for (const engine of cpus) await check(runOn(engine), true);
  });
  Deno.test({
    name: `${does}, on the GPU`,
    ignore: !hasGpu,
    async fn() {
      await check(runOn(gpu!), false);
      await withEachKernel((engine) => check(runOn(engine), true));
    },
  });
  Deno.test(`${does}, in TensorFlow.js`, async () => {
    if (refused !== undefined) {
      await assert.rejects(() => check(runTensorFlow, false), { message: refused });
      return;
    }
    await check(runTensorFlow, false);
    await check(runGraphModel, true);
  });
}
