import assert from "node:assert/strict";
import { stretch } from "../../runtime/allocation.ts";
import { livesOf, texturesOf } from "../../runtime/gpu/lives.ts";
import { bytesOfCell, type Cell, newCell, placeOf } from "../../runtime/gpu/cell.ts";
import { resultsOf } from "../../runtime/graph.ts";
import { plan } from "../../runtime/gpu/plan.ts";
import type { Plan, Step } from "../../runtime/gpu/steps.ts";
import type { Layout } from "../../runtime/ops/fours/layout.ts";
import type { Shader } from "../../runtime/ops/op.ts";
import { randomNetwork, Sketch } from "../random.ts";
import { software as traits } from "../traits.ts";
import { largestLiveSet } from "./live_set.ts";

/** Runs a plan with names in place of numbers: each step must find the values that it reads. */
function expectSound(planned: Plan): void {
  const lives = livesOf(planned);
  const { offsets, bytes } = stretch([...lives.values()], 4);
  const offsetOf = new Map([...lives.keys()].map((root, i) => [root, offsets[i]! / 4]));
  const memory = new Array<unknown>(bytes / 4);
  const write = (cell: Cell) => {
    const { root } = placeOf(cell), start = offsetOf.get(root)!;
    memory.fill(root, start, start + bytesOfCell(root) / 4);
  };
  const expectHeld = (operand: Plan["outputs"][number], reader: string) => {
    if (!("layout" in operand)) return;
    const { root } = placeOf(operand), start = offsetOf.get(root)!;
    const held = memory.slice(start, start + bytesOfCell(root) / 4);
    assert(held.every((owner) => owner === root), `${reader} misses ${operand.name}`);
  };
  planned.inputs.forEach(write);
  for (const { writes, reads, label } of planned.steps) {
    reads.forEach((operand) => expectHeld(operand, label));
    write(writes);
    // A step overwrites none of the values that it reads.
    reads.forEach((operand) => expectHeld(operand, label));
  }
  planned.outputs.forEach((operand) => expectHeld(operand, "the caller"));
}

Deno.test("a plan overwrites no value before its last read, for any outputs", () => {
  let most = 0;
  for (let seed = 0; seed < 100; seed++) {
    const graph = randomNetwork(seed);
    const outputs = resultsOf(graph);
    for (const wanted of [outputs, [graph.nodes.at(-1)!.output]]) {
      for (const how of [traits, undefined]) expectSound(plan(graph, wanted, how));
    }
    const planned = plan(graph, outputs, traits), lives = [...livesOf(planned).values()];
    most = Math.max(most, stretch(lives, 4).bytes / largestLiveSet(lives));
  }
  assert(most < 1.3, `${most} times the largest live set`);
});

Deno.test("a value keeps its memory while a view of it is live", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [2, 6]);
  const squares = sketch.add("power", "squares", [data], { power: 2 });
  const view = sketch.add("reshape", "view", [squares], { shape: [3, 4] });
  const last = sketch.add("reshape", "last", [view], { shape: [12] });
  const other = sketch.add("abs", "other", [data], {});
  const more = sketch.add("abs", "more", [other], {});
  const planned = plan(sketch.finish(last, more), [last, more], traits);
  expectSound(planned);
  assert.equal(planned.steps.length, 3);
});

Deno.test("tensors are in textures if shaders access them through functions alone", () => {
  const cell = (name: string, layout: Layout = "fours") =>
    newCell({ name, shape: [1, 4, 2, 2] }, layout);
  const [data, summed, marked, shown, joined] = ["data", "summed", "marked", "shown", "joined"]
    .map((name) => cell(name)) as [Cell, Cell, Cell, Cell, Cell];
  const [part, result, flat] = [cell("part"), cell("result", "planes"), cell("flat", "planes")];
  part.within = joined;
  flat.within = shown;
  const step = (writes: Cell, reads: readonly Cell[], shader: Partial<Shader> = {}) =>
    ({ writes, reads, shader }) as unknown as Step;
  const steps = [
    step(part, [data]),
    step(summed, [data], { updates: true }),
    step(marked, [summed], { puts: false }),
    step(shown, [marked, joined]),
    step(result, [flat]),
  ];
  const parts = { inputs: [data], steps, outputs: [result] };
  assert.deepEqual([...texturesOf(parts, 1)], [data, joined]);
  assert.deepEqual([...texturesOf({ ...parts, outputs: [result, joined] }, 1)], [data]);
  assert.deepEqual([...texturesOf(parts, 0)], []);
});

Deno.test("a tensor larger than the texture's rows is in a buffer", () => {
  const [small, large] = [8192, 8193].map((pixels) =>
    newCell({ name: `${pixels}`, shape: [1, 4, pixels, 1] }, "fours")
  ) as [Cell, Cell];
  const empty = newCell({ name: "empty", shape: [1, 4, 0, 1] }, "fours");
  const parts = { inputs: [small, large, empty], steps: [], outputs: [] };
  assert.deepEqual([...texturesOf(parts, 1)], [small]);
  assert.deepEqual([...texturesOf(parts, 2)], [small, large]);
});

Deno.test("a step binds at most four textures", () => {
  const cells = ["a", "b", "c", "d", "e"].map((name) =>
    newCell({ name, shape: [1, 4, 2, 2] }, "fours")
  );
  const [writes, ...reads] = cells as [Cell, ...Cell[]];
  const weights = { name: "weights", storage: { texture: true, format: "float32" } };
  const among = (bound: readonly unknown[]) => {
    const steps = [{ writes, reads: bound, shader: {} }] as unknown as Step[];
    return [...texturesOf({ inputs: [], steps, outputs: [] }, 1)];
  };
  assert.deepEqual(among(reads), cells.slice(0, 4));
  assert.deepEqual(among([reads[0], weights, reads[1], reads[2]]), cells.slice(0, 3));
});
