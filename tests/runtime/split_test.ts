import assert from "node:assert/strict";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { openDevice } from "../../runtime/gpu/device.ts";
import { type Graph, resultsOf, type Value } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { split } from "../../runtime/split.ts";
import { count, type Shape } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { inputsFor, Random, Sketch } from "../random.ts";
import { disguise } from "./gpu_helpers.ts";

const random = new Random(5);

/**
 * data [2, 3, 4, 5] ─► conv2d [2, 10, 2, 5] ─► dense [2, 7]
 *
 * With whole quads of channels, their weights are ten rows of 48 bytes, and seven of 480.
 */
function network(): Graph {
  const sketch = new Sketch();
  const constant = (name: string, ...shape: number[]) =>
    sketch.constant(name, random.tensor(shape));
  const conv = sketch.add("conv2d", "conv", [
    sketch.input("data", [2, 3, 4, 5]),
    constant("conv/weights", 10, 3, 3, 1),
    // Blobs of old files have four axes.
    constant("conv/biases", 1, 1, 1, 10),
  ], { output: 10, kernel: [3, 1] });
  const dense = sketch.add("dense", "dense", [
    conv,
    constant("dense/weights", 7, 100),
    constant("dense/biases", 7),
  ], { output: 7 });
  return sketch.finish(dense, conv);
}

const opsOf = ({ nodes }: Graph) => nodes.map(({ op, output }) => `${op} ${output.name}`);
const largest = ({ constants }: Graph) =>
  Math.max(...[...constants.keys()].map(({ shape }) => 4 * count(shape)));

async function expectSame(graph: Graph, other: Graph): Promise<void> {
  const expected = await runReference(graph, inputsFor(graph), resultsOf(graph));
  const actual = await runReference(other, inputsFor(graph), resultsOf(graph));
  expected.forEach((tensor, i) => assert.deepEqual(actual[i], tensor));
}

Deno.test("split() includes rows that pad weights to whole tiles in their size", () => {
  const sketch = new Sketch();
  const weights = sketch.constant("weights", { shape: [90, 4], data: new Float32Array(360) });
  const dense = sketch.add("dense", "dense", [sketch.input("data", [1, 4]), weights], {
    output: 90,
    bias: false,
  });
  const graph = sketch.finish(dense);
  const rowsFor = (maxBytes: number) =>
    [...split(graph, maxBytes).constants.keys()].map(({ shape }) => shape[0]);
  assert.deepEqual(rowsFor(16 * 96), [90]);
  assert.deepEqual(rowsFor(16 * 90), [80, 10]);
  assert.deepEqual(rowsFor(16 * 47), [32, 32, 26]);
});

Deno.test("split() includes channels that pad the quads of a pixel in the size of weights", () => {
  const rowsFor = (shape: Shape, maxBytes: number) => {
    const sketch = new Sketch(), length = count(shape);
    const weights = { shape: [6, length], data: new Float32Array(6 * length) };
    const inputs = [sketch.input("data", [1, ...shape]), sketch.constant("weights", weights)];
    const dense = sketch.add("dense", "dense", inputs, { output: 6, bias: false });
    return [...split(sketch.finish(dense), maxBytes).constants.keys()].map(({ shape }) => shape[0]);
  };
  // Five channels take the room of eight, four no more than that of four.
  assert.deepEqual(rowsFor([5, 2, 3], 4 * 6 * 8 * 6), [6]);
  assert.deepEqual(rowsFor([5, 2, 3], 4 * 6 * 8 * 5), [5, 1]);
  assert.deepEqual(rowsFor([4, 2, 3], 4 * 6 * 4 * 6), [6]);
  assert.deepEqual(rowsFor([30], 4 * 32 * 6), [6]);
  assert.deepEqual(rowsFor([30], 4 * 30 * 6), [5, 1]);
});

Deno.test("split() cuts weights by output channels, and concatenates the results", async () => {
  const graph = network();
  // Three rows of 480 bytes, and all of the smaller weights.
  const cut = split(graph, 1500);
  assert.deepEqual(opsOf(cut), [
    "conv2d conv",
    "dense dense[0]",
    "dense dense[3]",
    "dense dense[6]",
    "concat dense",
  ]);
  assert(largest(cut) <= 1500);
  assert.equal(cut.nodes.at(-1)!.output, graph.names.get("dense"));
  await expectSame(graph, cut);
});

Deno.test("split() cuts convolutions with biases of any rank", async () => {
  const graph = network();
  const cut = split(graph, 500);
  assert.deepEqual(opsOf(cut).length, 1 + 7 + 1, "conv whole, seven rows of dense, their concat");
  assert.deepEqual(opsOf(split(graph, 200)), [
    "conv2d conv[0]",
    "conv2d conv[4]",
    "conv2d conv[8]",
    "concat conv",
    "dense dense",
  ]);
  await expectSame(graph, cut);
  await expectSame(graph, split(graph, 200));
  const parts = [...split(graph, 200).constants].filter(([{ name }]) => name.startsWith("conv/"));
  assert.deepEqual(parts.map(([{ shape }]) => shape), [
    ...[[4, 3, 3, 1], [4]],
    ...[[4, 3, 3, 1], [4]],
    ...[[2, 3, 3, 1], [2]],
  ]);
});

Deno.test("split() does not cut weights that fit, or that have groups", () => {
  const graph = network();
  assert.deepEqual(opsOf(split(graph, 3400)), opsOf(graph));
  const sketch = new Sketch();
  const weights = sketch.constant("w", random.tensor([4, 1, 2, 2]));
  const grouped = sketch.finish(
    sketch.add("conv2d", "grouped", [sketch.input("data", [1, 2, 3, 4]), weights], {
      output: 4,
      kernel: [2, 2],
      group: 2,
      bias: false,
    }),
  );
  assert.deepEqual(opsOf(split(grouped, 20)), ["conv2d grouped"]);
  assert.deepEqual([...split(grouped, 20).constants.keys()], [weights]);
});

Deno.test("split() returns the same parts of a constant in each call", () => {
  const graph = network();
  const parts = (cut: Graph) => [...cut.constants].filter(([{ name }]) => name.endsWith("]"));
  const first = parts(split(graph, 1500)), second = parts(split(graph, 1500));
  assert.equal(first.length, 6);
  first.forEach(([, data], i) => assert.equal(data, second[i]![1]));
  const whole = [...graph.constants].find(([{ name }]) => name === "dense/weights")![1];
  assert.equal(first[0]![1].buffer, whole.buffer);
});

Deno.test("split() does not split nodes with computed biases", () => {
  const sketch = new Sketch();
  const inputs: Value[] = [
    sketch.input("data", [1, 2]),
    sketch.constant("w", random.tensor([3, 2])),
  ];
  inputs.push(sketch.input("biases", [3]));
  const graph = sketch.finish(sketch.add("dense", "y", inputs, { output: 3 }));
  assert.deepEqual(opsOf(split(graph, 8)), ["dense y"]);
});

Deno.test({
  name: "a GPU with a small limit runs split networks, with residuals and activations",
  ignore: !hasGpu,
  async fn() {
    const device = await openDevice();
    const limits = new Proxy(device.limits, {
      get: (all, key) =>
        key === "maxStorageBufferBindingSize" ? 1300 : all[key as keyof GPUSupportedLimits],
    });
    const engine = new GpuEngine(disguise(device, { limits }), true);
    const sketch = new Sketch();
    const data = sketch.input("data", [2, 7]);
    const weights = sketch.constant("w", random.tensor([7, 49]));
    const wide = sketch.add("dense", "wide", [data, sketch.constant("v", random.tensor([49, 7]))], {
      output: 49,
      bias: false,
    });
    const dense = sketch.add("dense", "dense", [wide, weights], { output: 7, bias: false });
    const sum = sketch.add("eltwise", "sum", [dense, data], {});
    const graph = sketch.finish(sketch.add("relu", "relu", [sum], { slope: 0.1 }));
    const program = await engine.prepare(graph, resultsOf(graph));
    const [actual] = await program.run(inputsFor(graph));
    const [expected] = await runReference(graph, inputsFor(graph), resultsOf(graph));
    assert(difference(actual!.data, expected!.data) < 1e-5);
    const large = new Sketch();
    const picture = large.input("picture", [1, 3, 11, 10]);
    const tooLarge = large.add("conv2d", "conv", [
      picture,
      large.constant("kernel", random.tensor([1, 3, 3, 3])),
    ], { output: 1, kernel: [3, 3], bias: false });
    await assert.rejects(engine.prepare(large.finish(tooLarge), [tooLarge]), {
      name: "RangeError",
      message: 'Cannot run "picture" on this GPU: [1, 3, 11, 10] takes 1320 bytes, but the GPU ' +
        'binds at most 1300. Use a smaller batch or input, or the device "cpu"',
    });
    // Cheap ops on tensors too large to bind run on the host.
    const wider = new Sketch();
    const grid = wider.add("affine", "grid", [
      wider.input("cells", [1, 2, 5, 5]),
      wider.constant("scale", random.tensor([2])),
    ], { terms: "scale" });
    const map = wider.add("interp", "map", [grid], { size: [17, 19] });
    const classes = wider.finish(wider.add("argMax", "class", [map], { axis: 1 }));
    const outputs = [map, ...resultsOf(classes)], inputs = inputsFor(classes);
    const [actualMap, actualClasses] = await (await engine.prepare(classes, outputs)).run(inputs);
    const [expectedMap, expectedClasses] = await runReference(classes, inputs, outputs);
    assert(difference(actualMap!.data, expectedMap!.data) < 1e-5);
    assert.deepEqual(actualClasses, expectedClasses);
    engine.destroy();
  },
});
