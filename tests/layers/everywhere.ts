/**
 * Tests small networks, given as text, on all engines.
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

/** A network, its inputs in order, and its expected outputs. */
export interface Given {
  readonly text: string;
  readonly inputs: readonly Tensor[];
  /** The learned blobs that the text lacks, as `layer:index`. */
  readonly blobs?: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  /** The error of TensorFlow.js, if it cannot express the network. */
  readonly refused?: RegExp;
}

/** Tests the outputs of a network by reference, on the CPU, on the GPU, and in TensorFlow.js. */
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
