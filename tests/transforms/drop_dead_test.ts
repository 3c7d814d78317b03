import assert from "node:assert/strict";
import { dropDead } from "../../lib/transforms/drop_dead.ts";
import { Random, Sketch } from "../random.ts";

Deno.test("dropDead() keeps only nodes, inputs, constants and names that outputs depend on", () => {
  const sketch = new Sketch();
  const random = new Random(1);
  const data = sketch.input("data", [2, 3]);
  const label = sketch.input("label", [2, 3]);
  const scale = sketch.constant("prob/scale", random.tensor([3]));
  const unread = sketch.constant("loss/scale", random.tensor([3]));
  const prob = sketch.add("affine", "prob", [data, scale], { terms: "scale" });
  const loss = sketch.add("eltwise", "loss", [prob, label], {});
  sketch.add("affine", "silenced", [loss, unread], { terms: "scale" });
  const graph = dropDead(sketch.finish(prob));
  assert.deepEqual(graph.nodes.map(({ output }) => output.name), ["prob"]);
  assert.deepEqual(graph.inputs, [data]);
  assert.deepEqual([...graph.constants.keys()], [scale]);
  assert.deepEqual([...graph.names.keys()], ["data", "prob"]);
});

Deno.test("dropDead() keeps an input and a constant that are outputs themselves", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [2]);
  const constant = sketch.constant("constant", new Random(1).tensor([2]));
  const graph = dropDead({
    ...sketch.finish(data, constant),
    names: new Map([["data", data], ["constant", constant]]),
  });
  assert.deepEqual(graph.inputs, [data]);
  assert.deepEqual([...graph.constants.keys()], [constant]);
  assert.deepEqual(graph.outputs, ["data", "constant"]);
});
