/**
 * Functions of one number return NaN for NaN, alone and fused, as in Caffe.
 */
import assert from "node:assert/strict";
import type { Engine } from "../../runtime/engine.ts";
import type { Graph } from "../../runtime/graph.ts";
import { defineOp } from "../../runtime/ops/op.ts";
import { perElement } from "../../runtime/ops/shader.ts";
import { functions, type UnaryName } from "../../runtime/ops/unary.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { cpus } from "../cpu.ts";
import { engineVariants, gpu } from "../gpu.ts";
import { Sketch } from "../random.ts";

/** For powers other than 1, 2 and 0.5, WGSL does not specify `pow` of NaN. */
const settings: { readonly [Name in UnaryName]?: readonly object[] } = {
  relu: [{}, { slope: 0.1 }],
  relu6: [{}, { slope: 0.1 }],
  clip: [{ min: -1, max: 1 }, { min: 1, max: 1 }],
  power: [1, 2, 0.5].map((power) => ({ power })),
};
const data = Float32Array.of(NaN, 3, -2, 0, NaN, 9, -9, 0.5);
const input: Tensor = { shape: [1, 8, 1, 1], data };

/** Networks of one function with their titles: alone, and after a convolution it is fused with. */
function* networks(): Generator<readonly [string, Graph]> {
  const names = Object.keys(functions) as UnaryName[];
  for (const name of [...names, "prelu"] as const) {
    for (const options of name === "prelu" ? [{}] : settings[name] ?? [{}]) {
      const title = `${name} ${JSON.stringify(options)}`;
      const slopes = { shape: [8], data: new Float32Array(8).fill(0.1) };
      const sketch = new Sketch();
      const slope = name === "prelu" ? [sketch.constant("slope", slopes)] : [];
      const values = [sketch.input("data", input.shape), ...slope];
      yield [title, sketch.finish(sketch.add(name, "alone", values, options))];
      yield [`${title} after a convolution`, fused(name, options, slopes)];
    }
  }
}

/** A function after a convolution whose output is its biases. */
function fused(name: UnaryName | "prelu", options: object, slopes: Tensor): Graph {
  const sketch = new Sketch();
  const conv = sketch.add("conv2d", "conv", [
    sketch.input("data", input.shape),
    sketch.constant("weights", { shape: [8, 8, 1, 1], data: new Float32Array(64) }),
    sketch.constant("biases", { shape: [8], data }),
  ], { output: 8, kernel: [1, 1] });
  const slope = name === "prelu" ? [sketch.constant("slope", slopes)] : [];
  return sketch.finish(sketch.add(name, "fused", [conv, ...slope], options));
}

async function check(engine: Engine, how: string): Promise<void> {
  for (const [title, graph] of networks()) {
    const output = graph.nodes.at(-1)!.output;
    const given = title.endsWith("convolution") ? { ...input, data: new Float32Array(8) } : input;
    const [expected] = await runReference(graph, [given], [output]);
    const program = await engine.prepare(graph, [output]);
    const [actual] = await program.run([given]);
    program.destroy();
    const isRight = [...expected!.data].every((x, i) => {
      const other = actual!.data[i]!;
      return Object.is(x, other) || Math.abs(x - other) <= 1e-4 * Math.max(1, Math.abs(x));
    });
    assert(isRight, `${title}, ${how}, gives ${actual!.data}, not ${expected!.data}`);
  }
}

/** Whether comparisons with NaN are false and NaN is kept in the GPU's shaders. */
async function supportsNaN(): Promise<boolean> {
  const probe = defineOp({
    name: "probe",
    schema: {},
    shape: (_, [input]) => input!,
    reference: () => {},
    shaders: (_, __, output) => [perElement(output, {
      code: `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
fn invocation(i: i32) {
  output[i] = select(input[i], 7.0, input[i] <= 1.0) * 2.0;
}`,
    })],
  });
  const sketch = new Sketch();
  const output = sketch.apply(probe, "probe", [sketch.input("data", input.shape)], {});
  const program = await gpu!.prepare(sketch.finish(output), [output]);
  const [{ data }] = await program.run([input]) as [Tensor];
  program.destroy();
  return Number.isNaN(data[0]) && Number.isNaN(data[4]);
}

Deno.test("functions of one number keep NaN on the CPU", async () => {
  for (const engine of cpus) await check(engine, engine.description);
});

Deno.test({
  name: "functions of one number keep NaN on a GPU that supports it",
  ignore: gpu === undefined || !await supportsNaN(),
  async fn() {
    await check(gpu!, "in fours");
    await check(new Map(engineVariants).get("plain")!, "in planes");
  },
});

Deno.test("Caffe's Clip converts NaN to its minimum", async () => {
  const sketch = new Sketch();
  const output = sketch.add("clip", "clip", [sketch.input("data", input.shape)], {
    min: -1,
    max: 5,
  });
  const [{ data }] = await runReference(sketch.finish(output), [input], [output]) as [Tensor];
  assert.deepEqual([...data], [-1, 3, -1, 0, -1, 5, -1, 0.5]);
});
