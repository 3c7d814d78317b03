/**
 * The CPU engine: functions without a kernel, NaN, shared weights, memory, and errors.
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../../runtime/cpu/engine.ts";
import { Arena } from "../../../runtime/cpu/memory.ts";
import { Network } from "../../../runtime/network.ts";
import { runReference } from "../../../runtime/reference.ts";
import * as w from "../../../runtime/wasm/assembler.ts";
import { Module } from "../../../runtime/wasm/assembler.ts";
import { cpus } from "../../cpu.ts";
import { difference } from "../../golden.ts";
import { withGlobal } from "../../globals.ts";
import { Random, Sketch } from "../../random.ts";

const functions = {
  log: { shift: 100 },
  power: { power: 1.5, shift: 100 },
  sigmoid: {},
  elu: { alpha: 0.5 },
} as const;

for (const [name, options] of Object.entries(functions)) {
  Deno.test(`${name} after a convolution equals plain loops`, async () => {
    const sketch = new Sketch(), numbers = new Random(7);
    const weights = sketch.constant("weights", numbers.tensor([9, 3, 3, 3]));
    const image = numbers.tensor([2, 3, 6, 7]);
    const data = sketch.input("data", image.shape);
    const conv = sketch.add("conv2d", "conv", [data, weights], {
      ...{ output: 9, kernel: [3, 3], bias: false },
    });
    const graph = sketch.finish(
      sketch.add(name as keyof typeof functions, "function", [conv], options),
    );
    const outputs = [graph.names.get("function")!];
    const [expected] = await runReference(graph, [image], outputs);
    for (const engine of cpus) {
      const program = await engine.prepare(graph, outputs);
      const [actual] = await program.run([image]);
      program.destroy();
      assert(difference(actual!.data, expected!.data) <= 1e-6);
    }
  });
}

Deno.test("ReLU and ReLU6 keep NaN", async () => {
  for (const name of ["relu", "relu6"] as const) {
    const sketch = new Sketch();
    const graph = sketch.finish(sketch.add(name, "function", [sketch.input("data", [5])], {}));
    const input = { shape: [5], data: Float32Array.of(NaN, -1, 0, 1, NaN) };
    const outputs = [graph.names.get("function")!];
    const results = [await runReference(graph, [input], outputs)];
    for (const engine of cpus) {
      const program = await engine.prepare(graph, outputs);
      results.push(await program.run([input]));
      program.destroy();
    }
    for (const [result] of results) assert.deepEqual([...result!.data], [NaN, 0, 0, 1, NaN]);
  }
});

Deno.test("a sum and a function after a transposed convolution equal plain loops", async () => {
  const sketch = new Sketch(), numbers = new Random(9);
  const shapes = [[2, 3, 6, 7], [2, 4, 12, 14]];
  const [data, other] = shapes.map((shape, i) => sketch.input(`input${i}`, shape));
  const weights = sketch.constant("weights", numbers.tensor([3, 4, 4, 4]));
  const conv = sketch.add("deconv2d", "conv", [data!, weights], {
    ...{ output: 4, kernel: [4, 4], stride: [2, 2], pad: [1, 1], bias: false },
  });
  const sum = sketch.add("eltwise", "sum", [conv, other!], {});
  const graph = sketch.finish(sketch.add("elu", "elu", [sum], {}));
  const inputs = shapes.map((shape) => numbers.tensor(shape));
  const outputs = [graph.names.get("elu")!];
  const [expected] = await runReference(graph, inputs, outputs);
  for (const engine of cpus) {
    const program = await engine.prepare(graph, outputs);
    const [actual] = await program.run(inputs);
    program.destroy();
    assert(difference(actual!.data, expected!.data) <= 1e-6);
  }
});

Deno.test("layers that share weights keep their own biases", async () => {
  const sketch = new Sketch(), numbers = new Random(10);
  const image = numbers.tensor([1, 2, 5, 4]);
  const data = sketch.input("data", image.shape);
  const weights = sketch.constant("weights", numbers.tensor([2, 2, 3, 1]));
  const layers = (["conv2d", "deconv2d"] as const).flatMap((op) =>
    [1, 2].map((i) => {
      const biases = sketch.constant(`${op}${i}/biases`, numbers.tensor([2]));
      return sketch.add(op, `${op}${i}`, [data, weights, biases], { output: 2, kernel: [3, 1] });
    })
  );
  const graph = sketch.finish(...layers);
  const expected = await runReference(graph, [image], layers);
  for (const engine of cpus) {
    const program = await engine.prepare(graph, layers);
    const actual = await program.run([image]);
    program.destroy();
    actual.forEach(({ data }, i) => assert(difference(data, expected[i]!.data) <= 1e-6));
  }
});

Deno.test("weights may be inputs", async () => {
  const sketch = new Sketch(), numbers = new Random(8);
  const inputs = [[1, 3, 6, 7], [9, 3, 3, 3]].map((shape) => numbers.tensor(shape));
  const values = inputs.map(({ shape }, i) => sketch.input(`input${i}`, shape));
  const graph = sketch.finish(
    sketch.add("conv2d", "conv", values, { output: 9, kernel: [3, 3], bias: false }),
  );
  const outputs = [graph.names.get("conv")!];
  const [expected] = await runReference(graph, inputs, outputs);
  const program = await cpus[0]!.prepare(graph, outputs);
  const [actual] = await program.run(inputs);
  program.destroy();
  assert.deepEqual(actual, expected);
});

Deno.test("allocated blocks do not overlap, and are reused after they are freed", () => {
  const arena = new Arena(false);
  const addresses = [100, 70_000, 1].map((bytes) => arena.allocate(bytes));
  assert.deepEqual(addresses.map((address) => address % 64), [0, 0, 0]);
  assert(addresses[0]! + 164 <= addresses[1]! && addresses[1]! + 70_064 <= addresses[2]!);
  arena.release(addresses[0]!);
  arena.release(addresses[1]!);
  // Adjacent free blocks are joined.
  assert.equal(arena.allocate(70_100), addresses[0]);
});

Deno.test("the error of an allocation that fails has the requested size", () => {
  const arena = new Arena(false);
  assert.throws(() => arena.allocate(2 ** 33), {
    name: "RangeError",
    message: /^Cannot prepare the network: it needs 819\d MiB of memory, .* Use a smaller batch/,
  });
});

Deno.test("without SIMD, the error names the device that needs none", () => {
  const { Module } = WebAssembly;
  try {
    WebAssembly.Module = function () {
      throw new WebAssembly.CompileError("forbidden");
    } as unknown as typeof Module;
    assert.throws(() => new CpuEngine(), {
      message: /^Cannot run on the CPU: .* no SIMD, or is forbidden .* or the device "reference"/,
    });
  } finally {
    WebAssembly.Module = Module;
  }
});

Deno.test("without SIMD and a GPU, the error names the device that needs neither", async () => {
  // This stream never ends.
  const loading = () => Network.load(new ReadableStream<Uint8Array>());
  await withGlobal(
    "WebAssembly",
    {},
    () =>
      withGlobal("navigator", {}, () =>
        assert.rejects(loading, {
          message:
            /^Cannot run on the CPU: WebAssembly is missing here, .* or the device "reference"/,
        })),
  );
});

Deno.test("an invalid number of threads is refused", () => {
  for (const threads of [0, -1, 2.5, NaN, Infinity]) {
    assert.throws(() => new CpuEngine({ threads }), {
      name: "TypeError",
      message: `Cannot run on ${threads} threads: it takes a whole number from 1 on`,
    });
  }
});

Deno.test("modules ask for a page of memory, so that V8 need not check static offsets", () => {
  const module = new Module({ fma: false, pages: undefined });
  module.define("", 1, (_f, address) => w.store(address!, w.constant(0)));
  const compiled = new WebAssembly.Module(module.encode());
  const start = (initial: number) =>
    new WebAssembly.Instance(compiled, { m: { m: new WebAssembly.Memory({ initial }) } });
  start(1);
  assert.throws(() => start(0), WebAssembly.LinkError);
});
