/**
 * Plans: the layouts of values, concats and slices in place, and the dispatches.
 */
import assert from "node:assert/strict";
import { assemble } from "../../runtime/gpu/assemble.ts";
import { livesOf } from "../../runtime/gpu/lives.ts";
import { plan } from "../../runtime/gpu/plan.ts";
import type { Plan } from "../../runtime/gpu/steps.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { difference } from "../golden.ts";
import { gpu, hasGpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";
import { software as traits } from "../traits.ts";

const random = new Random(5);

function convolution(sketch: Sketch, name: string, input: Value, output: number): Value {
  const weights = random.tensor([output, input.shape[1]!, 1, 1]);
  return sketch.add("conv2d", name, [input, sketch.constant(`${name}/weights`, weights)], {
    output,
    kernel: [1, 1],
    bias: false,
  });
}

/** A sketch with a convolution's output, in fours, as its start. */
function start(channels = 8): [sketch: Sketch, data: Value] {
  const sketch = new Sketch();
  const data = sketch.input("data", [2, 3, 5, 7]);
  return [sketch, convolution(sketch, "first", data, channels)];
}

const draw = ({ steps }: Plan) => steps.map(({ label }) => label.replaceAll('"', ""));

/** Asserts the plan's steps, and that they compute the same as plain loops. */
async function expectSteps(sketch: Sketch, outputs: Value[], expected: string[]): Promise<Plan> {
  const graph = sketch.finish(...outputs);
  const planned = plan(graph, outputs, traits);
  assert.deepEqual(draw(planned), expected);
  if (hasGpu) await expectSame(graph, outputs);
  return planned;
}

async function expectSame(graph: Graph, outputs: readonly Value[]): Promise<void> {
  const given = graph.inputs.map(({ shape }) => random.tensor(shape));
  const program = await gpu!.prepare(graph, outputs);
  const actual = await program.run(given);
  const expected = await runReference(graph, given, outputs);
  outputs.forEach(({ name, shape }, i) => {
    assert.deepEqual(actual[i]!.shape, shape);
    const distance = difference(actual[i]!.data, expected[i]!.data);
    assert(distance < 1e-5, `${name} is off by ${distance}`);
  });
  program.destroy();
}

Deno.test("plan() writes inputs of a concat in place, and reads slices as views", async () => {
  const [sketch, first] = start();
  const a = convolution(sketch, "a", first, 4), b = convolution(sketch, "b", first, 12);
  const joined = sketch.add("concat", "joined", [a, b, first], {});
  const part = sketch.add("slice", "part", [joined], { start: 4, end: 16 });
  const last = sketch.add("tanh", "last", [part], {});
  const planned = await expectSteps(sketch, [last], [
    "conv2d first",
    "conv2d a",
    "conv2d b",
    "copy first",
    "tanh last",
    "unpack last",
  ]);
  assert.equal(livesOf(planned).size, 5);
});

Deno.test("plan() nests concats, and copies inputs that are concatenated twice", async () => {
  const [sketch, first] = start();
  const a = convolution(sketch, "a", first, 4), b = convolution(sketch, "b", first, 5);
  const inner = sketch.add("concat", "inner", [a, b], {});
  const c = convolution(sketch, "c", first, 4);
  const outer = sketch.add("concat", "outer", [c, inner], {});
  const again = sketch.add("concat", "again", [c, first], {});
  const twice = sketch.add("concat", "twice", [first, first], {});
  await expectSteps(sketch, [outer, again, twice], [
    "conv2d first",
    "conv2d a",
    "conv2d b",
    "conv2d c",
    "copy c",
    "unpack first",
    "concat twice",
    "concat twice",
    "unpack outer",
    "unpack again",
  ]);
});

Deno.test("plan() concatenates on planes if channels do not fill quads", async () => {
  const [sketch, first] = start(6);
  const a = convolution(sketch, "a", first, 4);
  const joined = sketch.add("concat", "joined", [first, a], {});
  await expectSteps(sketch, [joined], [
    "conv2d first",
    "conv2d a",
    "unpack first",
    "concat joined",
    "unpack a",
    "concat joined",
  ]);
});

Deno.test("plan() computes a transposed convolution and the ops after it in fours", async () => {
  const [sketch, first] = start(6);
  const deconvolved = (name: string) =>
    sketch.add("deconv2d", name, [
      first,
      sketch.constant(`${name}/weights`, random.tensor([6, 5, 3, 2])),
    ], { output: 5, kernel: [3, 2], stride: [2, 3], pad: [1, 0], bias: false });
  const sum = sketch.add("eltwise", "sum", [deconvolved("a"), deconvolved("b")], {});
  const soft = sketch.add("sigmoid", "soft", [sum], {});
  const last = convolution(sketch, "last", soft, 4);
  await expectSteps(sketch, [last], [
    "conv2d first",
    "deconv2d a",
    "deconv2d b",
    "eltwise sum",
    "sigmoid soft",
    "conv2d last",
    "unpack last",
  ]);
});

Deno.test("plan() stays in fours for unpooling and scales per sample", async () => {
  const [sketch, first] = start(8);
  const normed = sketch.add("lrn", "normed", [first], { region: "within", size: 3, alpha: 2 });
  const windows = { kernel: [2, 3], stride: [1, 2] } as const;
  const pool = sketch.add("pool2d", "pool", [normed], { method: "max", ...windows });
  const places = sketch.add("pool2d", "places", [normed], { method: "argmax", ...windows });
  const back = sketch.add("unpool", "back", [pool, places], { size: [5, 7] });
  const mean = sketch.add("pool2d", "mean", [back], { method: "average", global: true });
  const flat = sketch.add("reshape", "flat", [mean], { shape: [2, 8] });
  const scaled = sketch.add("affine", "scaled", [back, flat], { axis: 0, terms: "scale" });
  const both = sketch.add("affine", "both", [scaled, flat, flat], { axis: -4 });
  const last = convolution(sketch, "last", both, 4);
  await expectSteps(sketch, [last], [
    "conv2d first",
    "lrn normed",
    "pool2d pool",
    "pool2d places",
    "unpool back",
    "unpool back",
    "unpool back",
    "pool2d mean",
    "affine scaled",
    "affine both",
    "conv2d last",
    "unpack last",
  ]);
});

Deno.test("plan() does not copy if both layouts are the same", async () => {
  const [sketch, first] = start();
  const mean = sketch.add("pool2d", "mean", [first], { method: "average", global: true });
  const flat = sketch.add("reshape", "flat", [mean], { shape: [0, -1] });
  const weights = (...shape: number[]) => sketch.constant("w", random.tensor(shape));
  const near = sketch.add("dense", "near", [first, weights(12, 8 * 35)], {
    output: 12,
    bias: false,
  });
  const wide = sketch.add("dense", "wide", [flat, weights(12, 8)], { output: 12, bias: false });
  const sum = sketch.add("eltwise", "sum", [near, wide], {});
  const prob = sketch.add("softmax", "prob", [sum], {});
  await expectSteps(sketch, [prob, flat], [
    "conv2d first",
    "pool2d mean",
    "dense near",
    "dense wide",
    "eltwise sum",
    "softmax prob",
  ]);
});

Deno.test("plan() keeps ops without NHWC4 kernels on planes, and constants as they are", async () => {
  const [sketch, first] = start();
  const offset = sketch.constant("offset", random.tensor([2, 8, 5, 7]));
  const moved = sketch.add("eltwise", "moved", [first, offset], { coefficients: [1, -2] });
  const turned = sketch.add("reverse", "turned", [moved], { axis: 2 });
  const sum = sketch.add("eltwise", "sum", [turned, moved, offset], { operation: "max" });
  await expectSteps(sketch, [sum], [
    "conv2d first",
    "eltwise moved",
    "unpack moved",
    "reverse turned",
    "pack turned",
    "eltwise sum",
    "eltwise sum",
    "unpack sum",
  ]);
});

Deno.test("plan() pools whole images in two steps on real GPUs, if they are large", () => {
  const stepsOf = (size: number, software: boolean) => {
    const sketch = new Sketch();
    const data = convolution(sketch, "first", sketch.input("data", [1, 8, size, size]), 8);
    const pool = sketch.add("pool2d", "pool", [data], { method: "average", global: true });
    const { steps } = plan(sketch.finish(pool), [pool], { ...traits, software });
    return steps.filter(({ node }) => node?.op === "pool2d").map(({ writes }) => writes.shape);
  };
  assert.deepEqual(stepsOf(56, true), [[1, 8, 1, 1]]);
  assert.deepEqual(stepsOf(56, false), [[1, 8, 56, 1], [1, 8, 1, 1]]);
  assert.deepEqual(stepsOf(7, false), [[1, 8, 1, 1]]);
});

Deno.test("plan() keeps padding channels zero, or leaves the op on planes", async () => {
  const [sketch, first] = start(6);
  const parameters = [0, 0.5].map((low, i) =>
    sketch.constant(`parameter${i}`, random.tensor([6], low))
  );
  const normed = sketch.add("batchNorm", "normed", [first, ...parameters], { eps: 0 });
  // The last windows are outside, where the maximum is the lowest number.
  const windows = { kernel: [3, 3], stride: [5, 5] } as const;
  const pool = sketch.add("pool2d", "pool", [normed], { method: "max", ...windows });
  const clip = sketch.add("clip", "clip", [pool], { min: -1, max: 1 });
  const pure = sketch.add("lrn", "pure", [first], { size: 3, alpha: 2, k: 0 });
  const ends = [normed, clip, pure].map((value) =>
    convolution(sketch, `of ${value.name}`, value, 4)
  );
  await expectSteps(sketch, ends, [
    "conv2d first",
    "batchNorm normed",
    "unpack normed",
    "pool2d pool",
    "clip clip",
    "unpack first",
    "lrn pure",
    "conv2d of normed",
    "pack clip",
    "conv2d of clip",
    "pack pure",
    "conv2d of pure",
    "unpack of normed",
    "unpack of clip",
    "unpack of pure",
  ]);
});

Deno.test("plan() uploads an image in fours if only convolutions read it", () => {
  const [sketch, first] = start();
  const graph = sketch.finish(first), data = graph.inputs[0]!;
  const textures = { ...traits, textureRows: 8192 };
  const layouts = (...given: Parameters<typeof plan>) =>
    plan(...given).inputs.map(({ layout }) => layout);
  assert.deepEqual(layouts(graph, [first], textures), ["fours"]);
  assert.deepEqual(draw(plan(graph, [first], textures)), ["conv2d first", "unpack first"]);
  assert.deepEqual(layouts(graph, [first, data], textures), ["planes"]);
  assert.deepEqual(layouts(graph, [first], { ...textures, bindable: 2 * 5 * 7 * 16 - 1 }), [
    "planes",
  ]);
  const other = sketch.add("tanh", "other", [data], {});
  assert.deepEqual(layouts(sketch.finish(first, other), [first, other], textures), ["planes"]);
});

Deno.test("plan() stays on planes if fours would be too large", () => {
  const [sketch, first] = start(5);
  const small = { ...traits, bindable: 2 * 5 * 7 * 8 * 4 - 1 };
  assert.deepEqual(draw(plan(sketch.finish(first), [first], small)), ["conv2d first"]);
});

Deno.test("plan() without a fast device stays on planes", () => {
  const [sketch, first] = start();
  assert.deepEqual(draw(plan(sketch.finish(first), [first], undefined)), ["conv2d first"]);
});

/** How many steps a graph takes, and how many distinct shaders they have. */
function stepsAndTexts(sketch: Sketch, ...outputs: Value[]): [steps: number, texts: number] {
  const steps = assemble(plan(sketch.finish(...outputs), outputs, traits));
  const texts = new Set(steps.map(({ shader }) => shader.code));
  return [steps.length, texts.size];
}

Deno.test("slices of all lengths share a shader, as do inputs of a concat", () => {
  const sketch = new Sketch(), data = sketch.input("data", [2, 9, 5]);
  const parts = [[0, 3], [3, 4], [4, 9]].map(([start, end]) =>
    sketch.add("slice", `part${start}`, [data], { start: start!, end: end! })
  );
  const joined = sketch.add("concat", "joined", [parts[2]!, data, parts[0]!, parts[1]!], {});
  assert.deepEqual(stepsAndTexts(sketch, joined), [7, 2]);
});

Deno.test("permutations of one kind share a shader, whatever the shapes are", () => {
  const sketch = new Sketch();
  const moved = [[2, 9, 5, 7], [2, 4, 3, 6], [3, 8, 1, 1]].map((shape, i) =>
    sketch.add("permute", `p${i}`, [sketch.input(`d${i}`, shape)], { order: [0, 2, 3, 1] })
  );
  assert.deepEqual(stepsAndTexts(sketch, ...moved), [3, 1]);
});
