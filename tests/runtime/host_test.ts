/**
 * Graphs with host ops in their middle: the engine computes the nodes before and after them.
 */
import assert from "node:assert/strict";
import type { Program } from "../../runtime/engine.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import { prepareWithHost } from "../../runtime/host.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { gpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

const rows = 24, width = 40;

/** x ─► relu ─► selectRows ─► dense ─► selectRows ─► dense */
function sketch(units: number): { graph: Graph; outputs: readonly Value[] } {
  const sketch = new Sketch();
  const random = new Random(3);
  const dense = (name: string, input: Value, output: number, width: number) =>
    sketch.add("dense", name, [
      input,
      sketch.constant(`${name}/weights`, random.tensor([output, width])),
      sketch.constant(`${name}/biases`, random.tensor([output])),
    ], { output });
  const x = sketch.input("x", [rows, width]), first = sketch.input("first", [rows]);
  const relu = sketch.add("relu", "relu", [x], {});
  const some = sketch.add("selectRows", "some", [relu, first], {});
  const wide = dense("wide", some, units, width);
  const flags = sketch.add("relu", "flags", [dense("flag", some, 1, width)], {});
  const fewer = sketch.add("selectRows", "fewer", [wide, flags], {});
  const last = dense("last", fewer, units, units);
  return { graph: sketch.finish(last), outputs: [wide, relu, last, some] };
}

/** Inputs that select some rows. */
function inputsFor(selected: number): readonly Tensor[] {
  const flags = Float32Array.from({ length: rows }, (_, i) => i < selected ? 1 : 0);
  return [new Random(5).tensor([rows, width]), { shape: [rows], data: flags }];
}

/** Prepares graphs for plain loops, and records their nodes with the numbers of their rows. */
function recorder(prepared: string[]) {
  return (graph: Graph, outputs: readonly Value[]): Promise<Program> => {
    prepared.push(graph.nodes.map(({ output }) => `${output.name} ${output.shape[0]}`).join(", "));
    return Promise.resolve({
      run: (inputs) => runReference(graph, inputs, outputs),
      destroy: () => prepared.push("destroyed"),
    });
  };
}

Deno.test("nodes after a host op are compiled once per number of rows", async () => {
  const { graph, outputs } = sketch(80);
  const prepared: string[] = [];
  const program = await prepareWithHost(graph, outputs, recorder(prepared));
  assert.deepEqual(prepared, ["relu 24"]);
  const kept: number[] = [];
  for (const selected of [20, 24, 20, 20]) {
    const results = await program.run(inputsFor(selected));
    const expected = await runReference(graph, inputsFor(selected), outputs);
    results.forEach((result, i) => assert.deepEqual(result, expected[i]));
    assert.equal(results[0]!.shape[0], selected);
    kept.push(results[2]!.shape[0]!);
  }
  assert.deepEqual(prepared.slice(1), [
    "wide 20, flag 20, flags 20",
    `last ${kept[0]}`,
    "wide 24, flag 24, flags 24",
    `last ${kept[1]}`,
  ]);
  program.destroy();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(prepared.filter((what) => what === "destroyed").length, 5);
});

Deno.test("little or no work after a host op is done by the host", async () => {
  for (const [units, selected] of [[2, 20], [80, 0]] as const) {
    const { graph, outputs } = sketch(units);
    const prepared: string[] = [];
    const program = await prepareWithHost(graph, outputs, recorder(prepared));
    const [wide, , last] = await program.run(inputsFor(selected));
    assert.deepEqual(wide!.shape, [selected, units]);
    assert.equal(last!.shape[1], units);
    assert.deepEqual(prepared, ["relu 24"]);
  }
});

Deno.test({
  name: "a graph with host ops in its middle computes the same on the GPU",
  ignore: gpu === undefined,
  async fn() {
    const { graph, outputs } = sketch(80);
    const program = await gpu!.prepare(graph, outputs);
    for (const selected of [20, 0, 1, 24]) {
      const results = await program.run(inputsFor(selected));
      const expected = await runReference(graph, inputsFor(selected), outputs);
      results.forEach(({ shape, data }, i) => {
        assert.deepEqual(shape, expected[i]!.shape);
        if (data.length > 0) assert(difference(data, expected[i]!.data) <= 1e-5);
      });
    }
    program.destroy();
  },
});

Deno.test("an error about the number of rows found names the node that they do not fit", async () => {
  const sketch = new Sketch();
  const x = sketch.input("x", [rows, width]), first = sketch.input("first", [rows]);
  const some = sketch.add("selectRows", "some", [x, first], {});
  const scale = sketch.constant("scales", new Random(3).tensor([rows, width]));
  const last = sketch.add("affine", "last", [some, scale], { axis: 0, terms: "scale" });
  const program = await prepareWithHost(sketch.finish(last), [last], recorder([]));
  await assert.rejects(program.run(inputsFor(20)), {
    message: 'Cannot run "last" (affine): its scale is [24, 40], which is not what its input ' +
      "[20, 40] has from axis 0 on",
  });
});
