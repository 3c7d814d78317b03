import assert from "node:assert/strict";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { type Graph, resultsOf, type Value } from "../../runtime/graph.ts";
import { defineOp } from "../../runtime/ops/op.ts";
import { spread } from "../../runtime/ops/shader.ts";
import { runReference } from "../../runtime/reference.ts";
import { runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { engineVariants, gpu, withEachKernel } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";
import { disguise, onGpu as test, rectifier } from "./gpu_helpers.ts";

const random = new Random(3);

test("of 21 concurrent runs at most 8 are in flight, and each returns its own results", async () => {
  const device = await openDevice(), create = device.createBuffer.bind(device);
  let buffers = 0;
  device.createBuffer = (descriptor) => {
    if (descriptor.label === "results") buffers++;
    return create(descriptor);
  };
  const engine = new GpuEngine(device, true);
  const graph = rectifier(3, 5), [shape] = graph.inputs.map(({ shape }) => shape);
  const program = await engine.prepare(graph, resultsOf(graph));
  const given = Array.from({ length: 21 }, () => random.tensor(shape!));
  const results = await Promise.all(given.map((tensor) => program.run([tensor])));
  results.forEach(([result], i) => {
    assert.deepEqual(result!.data, given[i]!.data.map((x) => Math.max(0, x)));
  });
  assert.equal(buffers, 8);
  engine.destroy();
});

test("consecutive runs return their own results", async () => {
  const graph = rectifier(2, 7), [shape] = graph.inputs.map(({ shape }) => shape);
  const program = await gpu!.prepare(graph, resultsOf(graph));
  for (let i = 0; i < 5; i++) {
    const given = random.tensor(shape!), [result] = await program.run([given]);
    assert.deepEqual(result!.data, given.data.map((x) => Math.max(x, 0)));
  }
  program.destroy();
});

test("a loop of short runs lets timers fire", async () => {
  const graph = rectifier(2, 7), [shape] = graph.inputs.map(({ shape }) => shape);
  const program = await gpu!.prepare(graph, resultsOf(graph)), given = random.tensor(shape!);
  await program.run([given]);
  let isOver = false;
  const timer = setTimeout(() => isOver = true);
  const end = performance.now() + 5000;
  while (!isOver && performance.now() < end) await program.run([given]);
  clearTimeout(timer);
  assert.ok(isOver);
  program.destroy();
});

test("more workgroups than the first axis allows are spread over two axes", async () => {
  const size = 5_000_001;
  assert.deepEqual(spread(64 * 65535), [65535, 1, 1]);
  assert.deepEqual(spread(64 * 65535 + 1), [32768, 2, 1]);
  const graph = rectifier(1, size);
  const program = await gpu!.prepare(graph, resultsOf(graph));
  const data = Float32Array.from({ length: size }, (_, i) => i % 7 - 3);
  const [result] = await program.run([{ shape: [1, size], data }]);
  const wrong = result!.data.findIndex((value, i) => value !== Math.max(0, data[i]!));
  assert.equal(wrong, -1);
  program.destroy();
});

test("large images are transposed, though products of their walk wrap around", async () => {
  const [rows, columns] = [2048, 2100], sketch = new Sketch();
  const image = sketch.input("image", [rows, columns]);
  const output = sketch.add("permute", "turned", [image], { order: [1, 0] });
  const graph = sketch.finish(output), program = await gpu!.prepare(graph, [output]);
  const data = Float32Array.from({ length: rows * columns }, (_, i) => i);
  const [turned] = await program.run([{ shape: image.shape, data }]);
  const wrong = turned!.data.findIndex((value, i) => {
    return value !== i % rows * columns + Math.floor(i / rows);
  });
  assert.equal(wrong, -1);
  program.destroy();
});

test("a reshaped constant has the constant's numbers", async () => {
  const sketch = new Sketch();
  const constant = sketch.constant("constant", random.tensor([2, 3]));
  const view = sketch.add("reshape", "view", [constant], { shape: [3, 2] });
  const sum = sketch.add("eltwise", "sum", [sketch.input("data", [3, 2]), view], {});
  const graph = sketch.finish(sum, view);
  const program = await gpu!.prepare(graph, resultsOf(graph));
  const zeros = { shape: [3, 2], data: new Float32Array(6) };
  const { data } = { data: graph.constants.get(constant)! };
  for (const result of await program.run([zeros])) {
    assert.deepEqual(result, { shape: [3, 2], data });
  }
});

test("computed weights are read without packing, or refused by a kernel that packs them", async () => {
  const sketch = new Sketch();
  const weights = sketch.add("abs", "w", [sketch.input("weights", [8, 1, 1, 1])], {});
  const data = sketch.input("data", [1, 1, 2, 3]);
  const conv = sketch.add("conv2d", "conv", [data, weights], {
    output: 8,
    kernel: [1, 1],
    bias: false,
  });
  const program = await gpu!.prepare(sketch.finish(conv), [conv]);
  const inputs = [random.tensor([8, 1, 1, 1]), random.tensor([1, 1, 2, 3])];
  const [actual] = await program.run(inputs);
  assert.equal(actual!.data[17], Math.fround(Math.abs(inputs[0]!.data[2]!) * inputs[1]!.data[5]!));
  const packed = defineOp({
    name: "packed",
    schema: {},
    inputs: [2, 2],
    shape: (_, [input]) => input!,
    reference() {},
    shaders: () => [{
      code: "",
      constants: {},
      workgroups: [1, 1, 1],
      packed: { 1: { name: "same", pack: (data) => data } },
    }],
  });
  const refused = sketch.apply(packed, "packed", [data, weights], {});
  await assert.rejects(gpu!.prepare(sketch.finish(refused), [refused]), {
    message:
      'Cannot run the network on a GPU: weights "w" are computed, not constant. Use the device "cpu"',
  });
});

test("weights that two layers share under different shapes are packed for each", async () => {
  const sketch = new Sketch();
  const { data } = random.tensor([16, 2, 1, 1]);
  const image = sketch.input("data", [1, 2, 2, 3]);
  const one = sketch.add("conv2d", "one", [
    image,
    sketch.constant("w", { shape: [16, 2, 1, 1], data }),
  ], { output: 16, kernel: [1, 1], bias: false });
  const two = sketch.add("conv2d", "two", [
    image,
    sketch.constant("w", { shape: [8, 2, 2, 1], data }),
  ], { output: 8, kernel: [2, 1], bias: false });
  const graph = sketch.finish(one, two);
  const input = random.tensor([1, 2, 2, 3]);
  const program = await gpu!.prepare(graph, [one, two]);
  const [, actual] = await program.run([input]);
  // The last channel of "two": its weights are the last four numbers.
  const [a, b, c, d] = data.slice(28) as unknown as [number, number, number, number];
  const x = input.data;
  const expected = [0, 1, 2].map((i) => a * x[i]! + b * x[i + 3]! + c * x[i + 6]! + d * x[i + 9]!);
  expected.forEach((value, i) => assert(Math.abs(actual!.data[21 + i]! - value) < 1e-5));
});

/** Two convolutions, whose values have different sizes. */
function convolutions(batch: number): Graph {
  const sketch = new Sketch();
  const convolve = (name: string, from: number, to: number, input: Value) =>
    sketch.add("conv2d", name, [
      input,
      sketch.constant(`${name}/weights`, new Random(4).tensor([to, from, 3, 3])),
    ], { output: to, kernel: [3, 3], bias: false });
  const data = sketch.input("data", [batch, 3, 20, 20]);
  return sketch.finish(convolve("second", 16, 8, convolve("first", 3, 16, data)));
}

test("values are in several buffers if they exceed the largest buffer size", async () => {
  const device = await openDevice(), graph = convolutions(3);
  const limits = new Proxy(device.limits, {
    get: (limits, key) => key === "maxBufferSize" ? 70_000 : Reflect.get(limits, key, limits),
  });
  const small = disguise(device, { limits });
  const input = random.tensor([3, 3, 20, 20]), outputs = resultsOf(graph);
  const engine = new GpuEngine(small, true);
  const labels: string[] = [];
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    if (descriptor.label === "values") labels.push(`${descriptor.size}`);
    return create(descriptor);
  };
  const [actual] = await (await engine.prepare(graph, outputs)).run([input]);
  const [expected] = await (await gpu!.prepare(graph, outputs)).run([input]);
  assert.ok(labels.length > 1, `${labels}`);
  assert.ok(labels.every((size) => Number(size) <= 70_000), `${labels}`);
  assert.deepEqual(actual, expected);
  engine.destroy();
});

test("a program that cannot be prepared keeps the constants that it shares with another", async () => {
  const device = await openDevice(), graph = convolutions(1), outputs = resultsOf(graph);
  const engine = new GpuEngine(device, true);
  const { createBindGroup } = device;
  let left = 1;
  // The first program fails after its constants are uploaded.
  device.createBindGroup = (descriptor) => {
    if (left-- > 0) throw new RangeError("there is no room");
    return createBindGroup.call(device, descriptor);
  };
  const [failed, made] = await Promise.allSettled([
    engine.prepare(graph, outputs),
    engine.prepare(graph, outputs),
  ]);
  assert.equal(failed.status, "rejected");
  assert.ok(made.status === "fulfilled");
  const input = random.tensor([1, 3, 20, 20]);
  const [actual] = await made.value.run([input]);
  const [expected] = await (await gpu!.prepare(graph, outputs)).run([input]);
  assert.deepEqual(actual, expected);
  engine.destroy();
});

test("large and infinite settings equal plain loops", async () => {
  const input = random.tensor([2, 4, 5, 5], 1, 2);
  for (
    const [name, build] of [
      ["clip", (sketch: Sketch, data: Value) => {
        const weights = sketch.constant("weights", random.tensor([4, 4, 1, 1], 0.5, 1));
        const settings = { output: 4, kernel: [1, 1] as const, bias: false };
        const conv = sketch.add("conv2d", "conv", [data, weights], settings);
        return sketch.add("clip", "clip", [conv], { min: 0, max: 1e20 });
      }],
      [
        "eltwise",
        (sketch: Sketch, data: Value) =>
          sketch.add("eltwise", "sum", [data, data], { coefficients: [1e19, 3e18] }),
      ],
      [
        "infinite",
        (sketch: Sketch, data: Value) =>
          sketch.add("eltwise", "sum", [data, data], { coefficients: [Infinity, 1] }),
      ],
    ] as const
  ) {
    const sketch = new Sketch();
    const graph = sketch.finish(build(sketch, sketch.input("data", input.shape)));
    const outputs = resultsOf(graph);
    const [actual] = await (await gpu!.prepare(graph, outputs)).run([input]);
    const [expected] = await runReference(graph, [input], outputs);
    assert.ok(
      actual!.data.every((x, i) =>
        x === expected!.data[i] || Math.abs(x / expected!.data[i]! - 1) < 1e-5
      ),
      name,
    );
  }
});

test("padding channels do not affect channels beside them", async () => {
  // Of 5 channels in quads of four, the sixth is padding, which sigmoid(0) would make 0.5.
  const sketch = new Sketch();
  const conv = sketch.add("conv2d", "conv", [
    sketch.input("data", [1, 3, 4, 5]),
    sketch.constant("weights", random.tensor([5, 3, 3, 3])),
    sketch.constant("biases", random.tensor([5])),
  ], { output: 5, kernel: [3, 3], pad: [1, 1] });
  const squashed = sketch.add("sigmoid", "sigmoid", [conv], {});
  const graph = sketch.finish(sketch.add("lrn", "lrn", [squashed], { size: 3, alpha: 4, k: 1 }));
  const input = random.tensor([1, 3, 4, 5]), outputs = resultsOf(graph);
  const [expected] = await runReference(graph, [input], outputs);
  const check = async (engine: GpuEngine, how: string) => {
    const [actual] = await runOn(engine)(graph, [input], outputs);
    assert.ok(difference(actual!.data, expected!.data) < 1e-5, how);
  };
  for (const [how, engine] of engineVariants) await check(engine, how);
  await withEachKernel(check);
});

test("normalization within channels after a convolution equals plain loops", async () => {
  const sketch = new Sketch();
  const conv = sketch.add("conv2d", "conv", [
    sketch.input("data", [1, 3, 5, 4]),
    sketch.constant("weights", random.tensor([8, 3, 1, 1])),
  ], { output: 8, kernel: [1, 1], bias: false });
  const options = { region: "within", size: 3, alpha: 4 } as const;
  const graph = sketch.finish(sketch.add("lrn", "lrn", [conv], options));
  const input = random.tensor([1, 3, 5, 4]), outputs = resultsOf(graph);
  const [expected] = await runReference(graph, [input], outputs);
  for (const [how, engine] of engineVariants) {
    const [actual] = await runOn(engine)(graph, [input], outputs);
    assert.ok(difference(actual!.data, expected!.data) < 1e-5, how);
  }
});
