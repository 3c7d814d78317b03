/**
 * Weights that a GPU stores in float16 or int8: results equal those of the rounded weights.
 */
import assert from "node:assert/strict";
import { quantized } from "../emit/rounding/rounded.ts";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import type { Graph } from "../../runtime/graph.ts";
import { fromHalf, toHalf } from "../../runtime/half.ts";
import { largestOf, toInt8 } from "../../runtime/int8.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";
import { gpuKinds } from "./gpu_helpers.ts";
import { asHardware } from "../traits.ts";

/** Layers of all kinds with weights, which `round` replaces, and an input for them. */
function network(round: (weights: Tensor) => Float32Array) {
  const random = new Random(4), sketch = new Sketch();
  const weights = (name: string, shape: number[]) => {
    const tensor = random.tensor(shape);
    // The first channel has zeros only.
    if (name === "group") tensor.data.fill(0, 0, tensor.data.length / shape[0]!);
    return sketch.constant(name, { shape, data: round(tensor) });
  };
  const biases = (outputs: number) => sketch.constant(`biases${outputs}`, random.tensor([outputs]));
  const data = sketch.input("data", [2, 3, 7, 9]);
  const conv = sketch.add("conv2d", "conv", [data, weights("conv", [8, 3, 2, 3]), biases(8)], {
    output: 8,
    kernel: [2, 3],
  });
  const group = sketch.add("conv2d", "group", [conv, weights("group", [24, 4, 1, 1])], {
    output: 24,
    kernel: [1, 1],
    group: 2,
    bias: false,
  });
  const alone = sketch.add(
    "conv2d",
    "alone",
    [group, weights("alone", [24, 1, 3, 2]), biases(24)],
    {
      output: 24,
      kernel: [3, 2],
      group: 24,
    },
  );
  const dense = sketch.add(
    "dense",
    "dense",
    [alone, weights("dense", [5, 24 * 4 * 6]), biases(5)],
    {
      output: 5,
    },
  );
  return { graph: sketch.finish(dense), dense, input: random.tensor([2, 3, 7, 9]) };
}

/** Functions that round weights to a format. */
const rounded = {
  float16: ({ data }: Tensor) => fromHalf(toHalf(data)),
  int8({ shape, data }: Tensor) {
    const rows = shape[0]!, largest = largestOf(data, rows), length = data.length / rows;
    return Float32Array.from(
      toInt8(data, rows),
      (n, i) => n / 127 * largest[Math.floor(i / length)]!,
    );
  },
};

/** The kinds of GPU, and one that adds up slices of sums wherever it can. */
const kinds = [
  ...gpuKinds,
  ["a hardware GPU, in slices", {
    ...asHardware,
    choose: (_: string, kernels: readonly string[]) =>
      kernels.find((kernel) => kernel.includes("slices")),
  }],
] as const;

for (const format of ["float16", "int8"] as const) {
  for (const [kind, options] of kinds) {
    Deno.test({
      name: `weights in ${format} equal rounded weights on ${kind}`,
      ignore: !hasGpu,
      async fn() {
        const { graph, dense, input } = network(({ data }) => data);
        const device = await openDevice();
        const engine = new GpuEngine(device, true, { ...options, weights: format });
        const [actual] = await (await engine.prepare(graph, [dense])).run([input]);
        engine.destroy();
        const same = network(rounded[format]);
        const run = (graph: Graph, value = dense) => runReference(graph, [input], [value]);
        const [expected] = await run(same.graph, same.dense);
        const [exact] = await run(graph);
        assert(difference(actual!.data, expected!.data) < 1e-5);
        assert(difference(actual!.data, exact!.data) > 1e-5, "nothing was rounded");
      },
    });
  }
}

Deno.test({
  name: "weights of transposed convolutions are in float16 if int8 is requested",
  ignore: !hasGpu,
  async fn() {
    const random = new Random(9),
      weights = random.tensor([4, 6, 3, 3]),
      input = random.tensor([1, 4, 5, 7]);
    const deconvolution = (data: Float32Array) => {
      const sketch = new Sketch(), image = sketch.input("data", input.shape);
      const learned = sketch.constant("weights", { shape: weights.shape, data });
      const settings = { output: 6, kernel: [3, 3], stride: [2, 2], bias: false } as const;
      const output = sketch.add("deconv2d", "deconv", [image, learned], settings);
      return { graph: sketch.finish(output), output };
    };
    const { graph, output } = deconvolution(weights.data);
    const engine = new GpuEngine(await openDevice(), true, { weights: "int8" });
    const [actual] = await (await engine.prepare(graph, [output])).run([input]);
    engine.destroy();
    const same = deconvolution(rounded.float16(weights));
    const [expected] = await runReference(same.graph, [input], [same.output]);
    assert(difference(actual!.data, expected!.data) < 1e-5);
  },
});

Deno.test("quantizing dequantized weights gives the same integers", () => {
  const weights = new Random(7).tensor([9, 40], -3, 2);
  const { numbers, scales } = quantized(weights);
  const expanded = Float32Array.from(numbers, (n, i) => n * scales[Math.floor(i / 40)]!);
  assert.deepEqual(toInt8(expanded, 9), numbers);
});

Deno.test("a row of zeros is quantized to zeros", () => {
  assert.deepEqual([...toInt8(Float32Array.of(0, 0, -2, 1), 2)], [0, 0, -127, 64]);
});
