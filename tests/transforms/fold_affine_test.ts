import assert from "node:assert/strict";
import { foldAffine } from "../../lib/transforms/fold_affine.ts";
import { optimize } from "../../lib/transforms/mod.ts";
import { defer, deferredBytes } from "../../proto/deferred.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import { Sketch } from "../random.ts";
import { tensor } from "../tensor.ts";
import { constantsOf } from "./constants.ts";

const opsOf = (graph: Graph) => graph.nodes.map(({ op, output }) => `${op} ${output.name}`);

/** A value after `channels` channels are multiplied by 10, 100, … and shifted by 1, 2, …. */
function addAffine(sketch: Sketch, input: Value, channels: number, name = "scale"): Value {
  const numbers = Array.from({ length: channels }, (_, c) => c + 1);
  return sketch.add("affine", name, [
    input,
    sketch.constant(`${name}/scale`, tensor([channels], ...numbers.map((c) => 10 ** c))),
    sketch.constant(`${name}/offset`, tensor([channels], ...numbers)),
  ], {});
}

/** data [1, 2, 1, 1] ─► conv with the weights [2, 2, 1, 1] */
function convolution(sketch: Sketch): Value {
  const weights = sketch.constant("conv/weights", tensor([2, 2, 1, 1], 1, 2, 3, 4));
  return sketch.add("conv2d", "conv", [sketch.input("data", [1, 2, 1, 1]), weights], {
    output: 2,
    kernel: [1, 1],
    bias: false,
  });
}

/** The graph of an in-place layer: a blob's name refers to a value whose own name is no blob. */
function inPlace(graph: Graph, name: string, value: Value): Graph {
  const names = new Map(graph.names).set(name, value);
  names.delete(value.name);
  return { ...graph, names, outputs: [name] };
}

Deno.test("foldAffine() folds an in-place node into the weights before it", () => {
  const sketch = new Sketch();
  const scaled = addAffine(sketch, convolution(sketch), 2);
  const graph = foldAffine(inPlace(sketch.finish(), "conv", scaled));
  assert.deepEqual(opsOf(graph), ["conv2d conv"]);
  const { "conv/weights": weights, "conv/biases": biases, ...others } = constantsOf(graph);
  assert.deepEqual(weights, [10, 20, 300, 400]);
  assert.deepEqual(biases, [1, 2]);
  assert.deepEqual(others, {});
  assert.deepEqual([...graph.names], [
    ["data", graph.inputs[0]],
    ["conv", graph.nodes[0]!.output],
  ]);
});

Deno.test("foldAffine() scales weights that stay in their file, whatever part of them is read", () => {
  const given = Float32Array.of(1, 2, 3, 4, 5, 6);
  const stored = defer(6, (at, into) => into.set(new Uint8Array(given.buffer, at, into.length)));
  const sketch = new Sketch();
  const weights = sketch.constant("fc/weights", { shape: [2, 3], data: stored });
  const settings = { output: 2, bias: false };
  const dense = sketch.add("dense", "fc", [sketch.input("data", [1, 3]), weights], settings);
  const graph = foldAffine(sketch.finish(addAffine(sketch, dense, 2)));
  const [, folded] = [...graph.constants].find(([{ shape }]) => shape.length === 2)!;
  const parts = [0, 2, 4].map((start) => {
    const part = new Float32Array(2);
    deferredBytes(folded)!.read(4 * start, new Uint8Array(part.buffer));
    return [...part];
  });
  assert.deepEqual(parts, [[10, 20], [30, 400], [500, 600]]);
});

Deno.test("foldAffine() removes the name of a blob that it folds", () => {
  const sketch = new Sketch();
  const graph = foldAffine(sketch.finish(addAffine(sketch, convolution(sketch), 2)));
  // The unscaled blob "conv" no longer exists, so it cannot be requested.
  assert.deepEqual(opsOf(graph), ["conv2d scale"]);
  assert.deepEqual([...graph.names.keys()], ["data", "scale"]);
});

Deno.test("foldAffine() finds the channel of each weight of a grouped deconv2d", () => {
  const sketch = new Sketch();
  // Weights are [input channel, output channel of its group]: outputs 0 and 1, then 2 and 3.
  const weights = sketch.constant("up/weights", tensor([4, 2, 1, 1], 1, 2, 3, 4, 5, 6, 7, 8));
  const biases = sketch.constant("up/biases", tensor([4], 1, 1, 1, 1));
  const up = sketch.add("deconv2d", "up", [sketch.input("data", [1, 4, 1, 1]), weights, biases], {
    output: 4,
    kernel: [1, 1],
    group: 2,
  });
  const graph = foldAffine(sketch.finish(addAffine(sketch, up, 4)));
  assert.deepEqual(opsOf(graph), ["deconv2d scale"]);
  const numbers = Object.values(constantsOf(graph));
  assert.deepEqual(numbers, [[10, 200, 30, 400, 5000, 60000, 7000, 80000], [11, 102, 1003, 10004]]);
});

Deno.test("foldAffine() folds scalars, and chains of affine ops", () => {
  const sketch = new Sketch();
  const power = sketch.add("power", "power", [convolution(sketch)], { scale: 2, shift: 5 });
  const graph = optimize(sketch.finish(addAffine(sketch, power, 2)));
  assert.deepEqual(opsOf(graph), ["conv2d scale"]);
  assert.deepEqual(Object.values(constantsOf(graph)), [[20, 40, 600, 800], [51, 502]]);
});

Deno.test("foldAffine() folds two affine ops into one if no weights precede them", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 2, 3]);
  const first = addAffine(sketch, data, 2, "first");
  const graph = foldAffine(sketch.finish(addAffine(sketch, first, 2, "second")));
  assert.deepEqual(opsOf(graph), ["affine second"]);
  assert.deepEqual(Object.values(constantsOf(graph)), [[100, 10000], [11, 202]]);
});

Deno.test("foldAffine() folds into a dense layer if the channels are its outputs", () => {
  const sketch = new Sketch();
  const weights = sketch.constant("fc/weights", tensor([2, 3], 1, 2, 3, 4, 5, 6));
  const dense = (name: string, input: Value, axis: number) =>
    sketch.add("dense", name, [input, weights], { output: 2, bias: false, axis });
  const flat = addAffine(sketch, dense("flat", sketch.input("a", [1, 3]), 1), 2, "a/scaled");
  const deep = addAffine(sketch, dense("deep", sketch.input("b", [1, 2, 3]), 2), 2, "b/scaled");
  const graph = foldAffine(sketch.finish(flat, deep));
  // The channels of "deep" are not the outputs of its weights.
  assert.deepEqual(opsOf(graph), ["dense a/scaled", "dense deep", "affine b/scaled"]);
  // The weights, which "deep" still reads, are unchanged.
  assert.deepEqual(constantsOf(graph)["fc/weights"], [1, 2, 3, 4, 5, 6]);
});

Deno.test("foldAffine() does not fold values that are read elsewhere, or outputs", () => {
  const branches = new Sketch();
  const conv = convolution(branches);
  const both = branches.add("eltwise", "sum", [addAffine(branches, conv, 2), conv], {});
  assert.deepEqual(opsOf(foldAffine(branches.finish(both))), [
    "conv2d conv",
    "affine scale",
    "eltwise sum",
  ]);
  const chain = new Sketch();
  const output = convolution(chain);
  const scaled = addAffine(chain, output, 2);
  assert.deepEqual(opsOf(foldAffine(chain.finish(output, scaled))), [
    "conv2d conv",
    "affine scale",
  ]);
});

Deno.test("foldAffine() does not fold into computed weights, or scales of other axes", () => {
  const sketch = new Sketch();
  const weights = sketch.input("weights", [2, 2, 1, 1]);
  const data = sketch.input("data", [1, 2, 1, 2]);
  const conv = sketch.add("conv2d", "conv", [data, weights], {
    output: 2,
    kernel: [1, 1],
    bias: false,
  });
  const scaled = addAffine(sketch, conv, 2);
  const across = sketch.constant("across", tensor([2], 2, 3));
  const columns = sketch.add("affine", "columns", [scaled, across], { axis: 3, terms: "scale" });
  const computed = sketch.add("affine", "computed", [columns, sketch.input("s", [2])], {
    terms: "scale",
  });
  assert.deepEqual(opsOf(foldAffine(sketch.finish(computed))), [
    "conv2d conv",
    "affine scale",
    "affine columns",
    "affine computed",
  ]);
});
