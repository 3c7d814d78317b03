import assert from "node:assert/strict";
import type { Engine } from "../../runtime/engine.ts";
import { fuse } from "../../runtime/fuse.ts";
import { type Graph, resultsOf, type Value } from "../../runtime/graph.ts";
import type { Epilogue } from "../../runtime/ops/epilogue.ts";
import { runReference } from "../../runtime/reference.ts";
import { cpuOptions, cpus } from "../cpu.ts";
import { difference } from "../golden.ts";
import { engineVariants, gpu, hasGpu } from "../gpu.ts";
import { inputsFor, Random, randomNetwork, Sketch } from "../random.ts";

/** Each node as `op name(inputs)`, with its epilogue. */
function draw(graph: Graph): string[] {
  return graph.nodes.map(({ op, output, inputs, attributes }) => {
    const { residual, activation } = attributes as Partial<Epilogue>;
    const read = inputs.filter((value) => !graph.constants.has(value)).map(({ name }) => name);
    return `${op} ${output.name}(${read.join(", ")})` + (residual ? " + residual" : "") +
      (activation ? ` + ${activation.fn}` : "");
  });
}

function convolution(sketch: Sketch, name: string, input: Value): Value {
  const weights = sketch.constant(`${name}/weights`, new Random(1).tensor([2, 2, 1, 1]));
  return sketch.add("conv2d", name, [input, weights], { output: 2, kernel: [1, 1], bias: false });
}

/** A sketch with an image as its input. */
function start(): [sketch: Sketch, data: Value] {
  const sketch = new Sketch();
  return [sketch, sketch.input("data", [1, 2, 3, 5])];
}

const fused = (sketch: Sketch, ...outputs: Value[]) => draw(fuse(sketch.finish(), outputs));

Deno.test("fuse() merges a sum and then an activation", () => {
  const [sketch, data] = start();
  const conv = convolution(sketch, "conv", data);
  const sum = sketch.add("eltwise", "sum", [data, conv], {});
  const relu = sketch.add("relu", "relu", [sum], { slope: 0.5 });
  const graph = fuse(sketch.finish(), [relu]);
  assert.deepEqual(draw(graph), ["conv2d relu(data, data) + residual + relu"]);
  const { activation } = graph.nodes[0]!.attributes as Epilogue;
  assert.deepEqual(activation, { fn: "relu", parameters: [0.5] });
});

Deno.test("fuse() keeps values that are requested or read twice", () => {
  const [sketch, data] = start();
  const conv = convolution(sketch, "conv", data);
  const relu = sketch.add("relu", "relu", [conv], {});
  const tanh = sketch.add("tanh", "tanh", [relu], {});
  assert.deepEqual(fused(sketch, tanh), ["conv2d relu(data) + relu", "tanh tanh(relu)"]);
  assert.deepEqual(fused(sketch, conv, tanh), [
    "conv2d conv(data)",
    "relu relu(conv)",
    "tanh tanh(relu)",
  ]);
  const again = sketch.add("sigmoid", "again", [conv], {});
  assert.deepEqual(fused(sketch, tanh, again).length, 4);
});

Deno.test("fuse() computes a sum after the operand that is computed later", () => {
  const [sketch, data] = start();
  const conv = convolution(sketch, "conv", data);
  const late = sketch.add("tanh", "late", [data], {});
  const sum = sketch.add("eltwise", "sum", [conv, late], {});
  assert.deepEqual(fused(sketch, sum), ["tanh late(data)", "conv2d sum(data, late) + residual"]);
});

Deno.test("fuse() merges a sum of two convolutions into one of them", () => {
  const [sketch, data] = start();
  const left = convolution(sketch, "left", data);
  const right = convolution(sketch, "right", data);
  const sum = sketch.add("eltwise", "sum", [left, right], {});
  assert.deepEqual(fused(sketch, sum), [
    "conv2d right(data)",
    "conv2d sum(data, right) + residual",
  ]);
});

Deno.test("fuse() does not merge x + x, weighted sums, three operands, products and maxima", () => {
  const [sketch, data] = start();
  const conv = convolution(sketch, "conv", data);
  const twice = sketch.add("eltwise", "twice", [conv, conv], {});
  assert.deepEqual(fused(sketch, twice), ["conv2d conv(data)", "eltwise twice(conv, conv)"]);
  const others = [
    { coefficients: [1, -1] },
    { operation: "product" },
    { operation: "max" },
  ] as const;
  for (const options of others) {
    const [sketch, data] = start();
    const sum = sketch.add("eltwise", "y", [convolution(sketch, "conv", data), data], options);
    assert.deepEqual(fused(sketch, sum), ["conv2d conv(data)", "eltwise y(conv, data)"]);
  }
  const [three, input] = start();
  const sum = three.add("eltwise", "y", [convolution(three, "conv", input), input, input], {});
  assert.deepEqual(fused(three, sum), ["conv2d conv(data)", "eltwise y(conv, data, data)"]);
});

Deno.test("fuse() merges sums with coefficients of 1, and activations of any eltwise", () => {
  const [sketch, data] = start();
  const conv = convolution(sketch, "conv", data);
  const sum = sketch.add("eltwise", "sum", [conv, data], { coefficients: [1, 1] });
  const max = sketch.add("eltwise", "max", [sum, data], { operation: "max" });
  assert.deepEqual(fused(sketch, sketch.add("abs", "abs", [max], {})), [
    "conv2d sum(data, data) + residual",
    "eltwise abs(sum, data) + abs",
  ]);
});

Deno.test("fuse() adds a residual only before an activation, and only once", () => {
  const [sketch, data] = start();
  const relu = sketch.add("relu", "relu", [convolution(sketch, "conv", data)], {});
  const sum = sketch.add("eltwise", "sum", [relu, data], {});
  assert.deepEqual(fused(sketch, sum), ["conv2d relu(data) + relu", "eltwise sum(relu, data)"]);
  const [twice, input] = start();
  const first = twice.add("eltwise", "first", [convolution(twice, "conv", input), input], {});
  const second = twice.add("eltwise", "second", [first, input], {});
  assert.deepEqual(fused(twice, second), [
    "conv2d first(data, data) + residual",
    "eltwise second(first, data)",
  ]);
});

Deno.test("fuse() does not merge functions with settings that WGSL cannot express", () => {
  for (const shift of [Infinity, NaN, 1e300]) {
    const [sketch, data] = start();
    const power = sketch.add("power", "y", [convolution(sketch, "conv", data)], { shift });
    assert.deepEqual(fused(sketch, power), ["conv2d conv(data)", "power y(conv)"]);
  }
});

const seeds = Array.from({ length: 60 }, (_, seed) => seed);

Deno.test("fuse() does not change what random networks compute", async () => {
  let fewer = 0;
  for (const seed of seeds) {
    const graph = randomNetwork(seed), outputs = resultsOf(graph);
    const merged = fuse(graph, outputs);
    fewer += graph.nodes.length - merged.nodes.length;
    const known = new Set([...graph.inputs, ...graph.constants.keys()]);
    for (const { inputs, output } of merged.nodes) {
      assert(inputs.every((value) => known.has(value)), `seed ${seed}: order at ${output.name}`);
      known.add(output);
    }
    const expected = await runReference(graph, inputsFor(graph), outputs);
    const actual = await runReference(merged, inputsFor(graph), outputs);
    outputs.forEach(({ name }, i) => {
      const distance = difference(actual[i]!.data, expected[i]!.data);
      assert(distance < 1e-5, `seed ${seed}: ${name} is off by ${distance}`);
    });
  }
  assert(fewer > 100, `only ${fewer} nodes were merged`);
});

Deno.test({
  name: "fused random networks compute the same on the GPU",
  ignore: !hasGpu,
  async fn() {
    for (const seed of seeds.slice(0, 12)) {
      const graph = randomNetwork(seed), outputs = resultsOf(graph);
      const program = await gpu!.prepare(graph, outputs);
      const expected = await runReference(graph, inputsFor(graph), outputs);
      const actual = await program.run(inputsFor(graph));
      outputs.forEach(({ name }, i) => {
        const distance = difference(actual[i]!.data, expected[i]!.data);
        assert(distance < 1e-4, `seed ${seed}: ${name} is off by ${distance}`);
      });
      program.destroy();
    }
  },
});

/** Tests each op that can be fused with a residual sum and an activation. */
async function checkFused(engines: readonly (readonly [how: string, engine: Engine])[]) {
  const random = new Random(2);
  for (const op of ["conv2d", "deconv2d", "dense", "affine"] as const) {
    for (const bias of [false, true]) {
      const sketch = new Sketch();
      const constant = (...shape: number[]) => sketch.constant("c", random.tensor(shape));
      // Nine output channels: one more than a tile of the faster convolution has.
      const data = sketch.input("data", op === "affine" ? [2, 9, 3, 5] : [2, 2, 3, 5]);
      const biases = bias ? [constant(9)] : [];
      const window = { output: 9, kernel: [1, 1], bias } as const;
      const value = op === "dense"
        ? sketch.add("dense", "y", [data, constant(9, 30), ...biases], { output: 9, bias })
        : op === "affine"
        ? sketch.add("affine", "y", [data, constant(9), ...biases], {
          terms: bias ? "both" : "scale",
        })
        : op === "conv2d"
        ? sketch.add("conv2d", "y", [data, constant(9, 2, 1, 1), ...biases], window)
        : sketch.add("deconv2d", "y", [data, constant(2, 9, 1, 1), ...biases], window);
      const sum = sketch.add("eltwise", "s", [sketch.input("more", value.shape), value], {});
      const graph = sketch.finish(sketch.add("elu", "e", [sum], { alpha: 0.7 }));
      assert.equal(fuse(graph, resultsOf(graph)).nodes.length, 1);
      const [expected] = await runReference(graph, inputsFor(graph), resultsOf(graph));
      for (const [how, engine] of engines) {
        const program = await engine.prepare(graph, resultsOf(graph));
        const [actual] = await program.run(inputsFor(graph));
        const distance = difference(actual!.data, expected!.data);
        assert(distance < 1e-5, `${op} with bias ${bias}, ${how}, is off by ${distance}`);
        program.destroy();
      }
    }
  }
}

Deno.test({
  name: "every op with a residual sum and an activation computes the same on the GPU",
  ignore: !hasGpu,
  fn: () => checkFused([["as it is", gpu!], ...engineVariants]),
});

Deno.test("every op with a residual sum and an activation computes the same on the CPU", () => {
  return checkFused(cpus.map((engine, i) => [JSON.stringify(cpuOptions[i]), engine]));
});
