/**
 * Split-K over workgroups: when it is chosen, and that its partial sums give the same answers.
 */
import assert from "node:assert/strict";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { bytesOfCell } from "../../runtime/gpu/cell.ts";
import { plan } from "../../runtime/gpu/plan.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import type { ChooseKernel, Traits } from "../../runtime/ops/traits.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";
import { asHardware, software } from "../traits.ts";

const hardware: Traits = { ...software, ...asHardware };

/** A convolution of an image `[samples, inputs, size, size]` that keeps its size. */
function convolution(samples: number, inputs: number, size: number, output: number, kernel: Pair) {
  const random = new Random(output), sketch = new Sketch();
  const shape = [samples, inputs, size, size];
  const weights = random.tensor([output, inputs, ...kernel]), biases = random.tensor([output]);
  const data = sketch.input("data", shape);
  const constants = [sketch.constant("weights", weights), sketch.constant("biases", biases)];
  const value = sketch.add("conv2d", "conv", [data, ...constants], {
    output,
    kernel,
    pad: [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2],
  });
  return { sketch, data, graph: sketch.finish(value), value, input: random.tensor(shape) };
}

const stepsOf = ({ graph, value }: { graph: Graph; value: Value }, traits: Traits) =>
  plan(graph, [value], traits).steps.filter(({ node }) => node !== undefined);

Deno.test("long sums of few pixels are sliced on real GPUs, others are not, and none on software", () => {
  const defaultOf = (...given: Parameters<typeof convolution>) => {
    const made = convolution(...given);
    assert.equal(stepsOf(made, software).length, 1);
    return stepsOf(made, hardware).map(({ shader }) => shader.variant);
  };
  assert.deepEqual(defaultOf(1, 512, 7, 512, [3, 3]), [
    "product 64 × 64, 32 slices",
    "sum of slices",
  ]);
  assert.deepEqual(defaultOf(16, 8192, 1, 1000, [1, 1]), [
    "product 16 × 32, 4 parts, 8 slices",
    "sum of slices",
  ]);
  // Partial sums larger than the weights; a sum too short; workgroups enough.
  assert.deepEqual(defaultOf(1, 256, 14, 256, [3, 3]), ["product 16 × 32, 4 parts"]);
  assert.deepEqual(defaultOf(1, 512, 7, 512, [1, 1]), ["product 16 × 32, 4 parts"]);
  assert.deepEqual(defaultOf(1, 128, 56, 256, [3, 3]), ["product 32 × 64"]);
});

Deno.test("a thread accumulates no more than the registers of its GPU hold", () => {
  const made = convolution(16, 64, 56, 256, [1, 1]), windows = convolution(16, 64, 56, 256, [3, 3]);
  const expected = [
    [16, "product 64 × 64", "winograd"],
    [8, "product 32 × 64", "winograd"],
    [4, "product 32 × 32", "winograd"],
    [2, "product 16 × 32", "product 16 × 32"],
  ];
  const chosen = expected.map(([accumulators]) => {
    const traits = { ...hardware, accumulators: accumulators as number };
    const [plain, windowed] = [made, windows].map((made) =>
      stepsOf(made, traits)[0]!.shader.variant
    );
    return [accumulators, plain, windowed];
  });
  assert.deepEqual(chosen, expected);
});

Deno.test("a small GPU is filled by fewer workgroups", () => {
  const made = convolution(1, 64, 56, 64, [3, 3]);
  const chosen = [256, 64, 48].map((concurrency) =>
    stepsOf(made, { ...hardware, concurrency })[0]!.shader.variant
  );
  assert.deepEqual(chosen, ["product 16 × 32", "product 32 × 64", "winograd"]);
});

Deno.test("partial sums are in float32, no larger than the weights, and no multiply-adds", () => {
  const made = convolution(1, 512, 7, 512, [3, 3]);
  const [product, sum] = stepsOf(made, { ...hardware, activations: "float16" });
  assert.equal(product!.writes, sum!.reads[0]);
  assert.equal(product!.writes.format, "float32");
  assert(bytesOfCell(product!.writes) <= 512 * 512 * 9 * 4);
  assert.equal(product!.macs, 512 * 512 * 9 * 49);
  assert.equal(sum!.macs, 0);
  assert.equal(product!.shader.work, sum!.shader.work);
});

Deno.test({
  name: "a sum in slices is that of plain loops, and the same in each run",
  ignore: !hasGpu,
  async fn() {
    const { sketch, data, value: conv, input } = convolution(1, 256, 7, 256, [3, 3]);
    // Both become part of the convolution.
    const residual = sketch.add("eltwise", "residual", [conv, data], {});
    const value = sketch.add("relu", "relu", [residual], {});
    const graph = sketch.finish(value);
    const [expected] = await runReference(graph, [input], [value]);
    const choose: ChooseKernel = (_, kernels) => {
      const sliced = kernels.find((kernel) => kernel.includes("slices"));
      assert(sliced !== undefined);
      return sliced;
    };
    for (const [activations, most] of [["float32", 1e-5], ["float16", 2e-3]] as const) {
      const traits = { ...asHardware, activations, choose };
      const engine = new GpuEngine(await openDevice(), true, traits);
      const program = await engine.prepare(graph, [value]);
      const [first] = await program.run([input]), [again] = await program.run([input]);
      engine.destroy();
      assert(difference(first!.data, expected!.data) < most);
      assert.deepEqual(first, again);
    }
  },
});
