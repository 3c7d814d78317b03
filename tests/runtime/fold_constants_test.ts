/**
 * What depends only on the shapes of inputs is computed when a program is prepared.
 */
import assert from "node:assert/strict";
import type { Graph, Value } from "../../runtime/graph.ts";
import { Programs } from "../../runtime/programs.ts";
import { referenceEngine, runReference } from "../../runtime/reference.ts";
import { inputsFor, Sketch } from "../random.ts";

/** Prior boxes of two grids, which are doubled and joined, and a sum beside them. */
function sketch(): Graph {
  const sketch = new Sketch();
  const picture = sketch.input("picture", [1, 1, 9, 7]);
  const grid = sketch.add("pool2d", "grid", [picture], { method: "max", kernel: [3, 3] });
  const [a, b] = [picture, grid].map((grid, i) =>
    sketch.add("priorBox", `boxes${i}`, [grid, picture], { boxes: [3, 4] })
  ) as [Value, Value];
  const twice = sketch.add("power", "twice", [b], { scale: 2 });
  const joined = sketch.add("concat", "joined", [a, twice], { axis: 2 });
  return sketch.finish(joined, sketch.add("reduce", "sum", [grid], {}), b);
}

/** Programs of the reference engine, and the names of the nodes that it is given. */
function recorded(graph: Graph) {
  const prepared: string[][] = [];
  const programs = new Programs(graph, {
    prepare(graph: Graph, outputs: readonly Value[]) {
      prepared.push([...graph.nodes.map(({ output }) => output.name), "→", ...names(outputs)]);
      return referenceEngine.prepare(graph, outputs);
    },
  });
  return { programs, prepared };
}

const names = (values: readonly Value[]) => values.map(({ name }) => name);

Deno.test("prior boxes and what is made of them are constants of a program", async () => {
  const graph = sketch(), inputs = inputsFor(graph), { programs, prepared } = recorded(graph);
  const outputs = graph.outputs.map((name) => graph.names.get(name)!);
  const expected = await runReference(graph, inputs, outputs);
  for (let run = 0; run < 2; run++) {
    const results = await programs.run(inputs, graph.outputs);
    graph.outputs.forEach((name, i) => assert.deepEqual(results[name], expected[i]));
    // They belong to the caller.
    results.joined!.data.fill(NaN);
    results.boxes1!.data.fill(NaN);
  }
  assert.deepEqual(prepared, [["grid", "sum", "→", "sum"]]);
});

Deno.test("other shapes of the inputs have other prior boxes", async () => {
  const { programs, prepared } = recorded(sketch());
  const picture = (height: number) => ({
    shape: [1, 1, height, 7],
    data: new Float32Array(7 * height),
  });
  const boxes = async (height: number) =>
    (await programs.run([picture(height)], ["boxes0"])).boxes0!.shape;
  assert.deepEqual(await boxes(9), [1, 2, 9 * 7 * 4]);
  assert.deepEqual(await boxes(5), [1, 2, 5 * 7 * 4]);
  assert.deepEqual(prepared, [["→"], ["→"]]);
});

Deno.test("ops of the host whose output may be smaller than its shape are not folded", async () => {
  const sketch = new Sketch();
  const picture = sketch.input("picture", [1, 1, 2, 3]);
  const boxes = sketch.add("priorBox", "boxes", [picture, picture], { boxes: [1, 1] });
  const rows = sketch.add("reshape", "rows", [boxes], { shape: [-1, 4] });
  const first = sketch.add("slice", "first", [rows], { start: 0, end: 1 });
  const some = sketch.add("selectRows", "some", [rows, first], {});
  const graph = sketch.finish(some), inputs = inputsFor(graph);
  const { programs, prepared } = recorded(graph);
  const [expected] = await runReference(graph, inputs, [some]);
  const results = await programs.run(inputs, ["some"]);
  assert.deepEqual(results.some, expected);
  assert(expected!.shape[0]! < some.shape[0]!);
  assert.deepEqual(prepared, [["some", "→", "some"]]);
});
