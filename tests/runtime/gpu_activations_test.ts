/**
 * Values that a GPU stores in float16: they take half of the memory, and are rounded.
 */
import assert from "node:assert/strict";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { plan } from "../../runtime/gpu/plan.ts";
import { bytesOfCell, placeOf } from "../../runtime/gpu/cell.ts";
import { inFours } from "../../runtime/ops/fours/layout.ts";
import { runReference } from "../../runtime/reference.ts";
import { count, type Shape } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";
import { software } from "../traits.ts";
import { gpuKinds } from "./gpu_helpers.ts";

/** Layers of all kinds in fours, with two on planes between them. */
function network() {
  const random = new Random(5), sketch = new Sketch();
  const weights = (name: string, shape: number[]) => sketch.constant(name, random.tensor(shape));
  const data = sketch.input("data", [2, 3, 9, 11]);
  const conv = sketch.add(
    "conv2d",
    "conv",
    [data, weights("w1", [8, 3, 2, 3]), weights("b", [8])],
    {
      output: 8,
      kernel: [2, 3],
    },
  );
  const pool = sketch.add("pool2d", "pool", [conv], { method: "max", kernel: [2, 2] });
  const lrn = sketch.add("lrn", "lrn", [pool], { size: 3, alpha: 0.5 });
  const alone = sketch.add("conv2d", "alone", [pool, weights("w2", [8, 1, 3, 3])], {
    output: 8,
    kernel: [3, 3],
    pad: [1, 1],
    group: 8,
    bias: false,
  });
  const sum = sketch.add("eltwise", "sum", [lrn, alone, pool], { operation: "sum" });
  const joined = sketch.add("concat", "joined", [sum, lrn], { axis: 1 });
  const soft = sketch.add("softmax", "soft", [joined], { axis: 1 });
  const dense = sketch.add("dense", "dense", [soft, weights("w3", [5, 16 * 7 * 8])], {
    output: 5,
    bias: false,
  });
  return {
    graph: sketch.finish(dense),
    values: [conv, joined, dense],
    input: random.tensor([2, 3, 9, 11]),
  };
}

for (const [kind, options] of gpuKinds) {
  Deno.test({
    name: `activations in float16 are rounded on ${kind}`,
    ignore: !hasGpu,
    async fn() {
      const { graph, values, input } = network();
      const engine = new GpuEngine(await openDevice(), true, {
        ...options,
        activations: "float16",
      });
      const actual = await (await engine.prepare(graph, values)).run([input]);
      engine.destroy();
      const expected = await runReference(graph, [input], values);
      for (const [i, { data }] of actual.entries()) {
        const off = difference(data, expected[i]!.data);
        assert(off < 1e-3, `${values[i]!.name} is off by ${off}`);
        assert(off > 1e-5, `${values[i]!.name} was not rounded`);
      }
    },
  });
}

Deno.test({
  name: "activations beyond float16 are clamped to its range",
  ignore: !hasGpu,
  async fn() {
    const sketch = new Sketch();
    const data = sketch.input("data", [1, 1, 1, 2]);
    const one = { shape: [1, 1, 1, 1], data: Float32Array.of(1) };
    const same = sketch.add("conv2d", "same", [data, sketch.constant("one", one)], {
      output: 1,
      kernel: [1, 1],
      bias: false,
    });
    const engine = new GpuEngine(await openDevice(), true, { activations: "float16" });
    const program = await engine.prepare(sketch.finish(same), [same]);
    const [kept] = await program.run([
      { shape: [1, 1, 1, 2], data: Float32Array.of(-1e9, 70000) },
    ]);
    engine.destroy();
    assert.deepEqual([...kept!.data], [-65504, 65504]);
  },
});

Deno.test("values in float16 take half of the memory; inputs and outputs do not", () => {
  const { graph, values } = network();
  const { inputs, steps } = plan(graph, values, { ...software, activations: "float16" });
  const roots = [...inputs, ...steps.map(({ writes }) => writes)].map((cell) => placeOf(cell).root);
  for (const cell of roots) {
    const { shape, layout } = cell;
    const expected = layout === "planes"
      ? count(shape) * 4
      : inFours(shape).pack(blank(shape)).length * 2;
    assert.equal(bytesOfCell(cell), expected, cell.name);
  }
  assert(inputs.every(({ format }) => format === "float32"));
  assert(roots.some(({ format }) => format === "float16"));
});

const blank = (shape: Shape) => new Float32Array(count(shape));
