import assert from "node:assert/strict";
import { toAffine } from "../../lib/transforms/to_affine.ts";
import { runReference } from "../../runtime/reference.ts";
import { Sketch } from "../random.ts";
import { tensor } from "../tensor.ts";
import { constantsOf } from "./constants.ts";

Deno.test("toAffine() converts batch normalization to a scale and an offset", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 2, 1, 3]);
  const mean = sketch.constant("bn/mean", tensor([2], 1, -2));
  const variance = sketch.constant("bn/variance", tensor([2], 3, 15));
  const graph = toAffine(sketch.finish(
    sketch.add("batchNorm", "bn", [data, mean, variance], { eps: 1 }),
  ));
  const [node] = graph.nodes;
  assert.equal(graph.nodes.length, 1);
  assert.equal(node!.op, "affine");
  assert.deepEqual(node!.attributes, {
    axis: 1,
    terms: "both",
    residual: false,
    activation: null,
  });
  // √(3 + 1) = 2 and √(15 + 1) = 4; the statistics are removed.
  assert.deepEqual(constantsOf(graph), { "bn/scale": [0.5, 0.25], "bn/offset": [-0.5, 0.5] });
  assert.equal(graph.names.get("bn"), node!.output);
});

Deno.test("toAffine() converts a first power to a scalar scale and offset", async () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [3]);
  const graph = toAffine(sketch.finish(
    sketch.add("power", "p", [data], { scale: 2, shift: -1 }),
  ));
  assert.deepEqual(constantsOf(graph), { "p/scale": [2], "p/offset": [-1] });
  assert.deepEqual([...graph.constants.keys()].map(({ shape }) => shape), [[], []]);
  const [result] = await runReference(graph, [tensor([3], 1, 2, 3)], [graph.names.get("p")!]);
  assert.deepEqual([...result!.data], [1, 3, 5]);
});

Deno.test("toAffine() does not convert other powers, infinite scales and computed statistics", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [2, 3]);
  const statistics = sketch.input("statistics", [3]);
  const square = sketch.add("power", "square", [data], { power: 2 });
  const infinite = sketch.add("power", "infinite", [square], { scale: Infinity });
  const normal = sketch.add("batchNorm", "bn", [infinite, statistics, statistics], {});
  const graph = toAffine(sketch.finish(normal));
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["power", "power", "batchNorm"]);
});

Deno.test("toAffine() keeps statistics that are a blob, and that nothing else reads", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 2]);
  const mean = sketch.constant("mean", tensor([2], 1, 2));
  const variance = sketch.constant("variance", tensor([2], 1, 1));
  const normal = sketch.add("batchNorm", "bn", [data, mean, variance], {});
  const { names, ...graph } = sketch.finish(normal);
  const { constants } = toAffine({ ...graph, names: new Map([...names, ["mean", mean]]) });
  assert.deepEqual(constants.get(mean), Float32Array.of(1, 2));
  assert.ok(!constants.has(variance));
});

Deno.test("toAffine() gives its constants unique names", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 1]);
  const mean = sketch.constant("bn/mean", tensor([1], 1));
  const normal = sketch.add("batchNorm", "bn", [data, mean, mean], {});
  const graph = toAffine(sketch.finish(sketch.add("relu", "bn/scale", [normal], {})));
  const names = [
    ...graph.constants.keys(),
    ...graph.nodes.map(({ output }) => output),
  ].map(({ name }) => name);
  assert.deepEqual(names, ["bn/scale_1", "bn/offset", "bn", "bn/scale"]);
});

Deno.test("toAffine() gives an input of one axis, which has one channel, a scalar scale", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [24]);
  const mean = sketch.constant("bn/mean", tensor([1], 1));
  const variance = sketch.constant("bn/variance", tensor([1], 3));
  const [node] = toAffine(sketch.finish(
    sketch.add("batchNorm", "bn", [data, mean, variance], { eps: 1 }),
  )).nodes;
  assert.deepEqual(node!.inputs.map(({ shape }) => shape), [[24], [], []]);
});
