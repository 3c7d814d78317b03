import assert from "node:assert/strict";
import { stretch } from "../../runtime/allocation.ts";
import { copiesOf, livesOf } from "../../runtime/gpu/lives.ts";
import { bytesOfCell, type Cell, newCell, placeOf } from "../../runtime/gpu/cell.ts";
import { resultsOf } from "../../runtime/graph.ts";
import { plan } from "../../runtime/gpu/plan.ts";
import { isCell, type Operand, type Plan, type Step } from "../../runtime/gpu/steps.ts";
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
  const expectHeld = (operand: Operand, reader: string) => {
    if (!isCell(operand)) return;
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

Deno.test("steps share the copy of a tensor until it changes", () => {
  const cell = (name: string) => newCell({ name, shape: [1, 4] }, "fours");
  const [a, b, c, joined] = ["a", "b", "c", "joined"].map(cell) as [Cell, Cell, Cell, Cell];
  const part = { ...cell("part"), within: joined };
  const pairs = [[a, b], [a, c], [c, part], [joined, b], [part, c], [a, b], [b, part], [joined, a]];
  const steps = pairs.map(([reads, writes], i) => ({
    reads: [reads],
    writes,
    shader: { copies: ![2, 6].includes(i) },
  })) as unknown as Step[];
  const [early, middle, late] = [
    { cell: a, bytes: 16, from: 0, to: 5 },
    { cell: joined, bytes: 16, from: 3, to: 4 },
    { cell: joined, bytes: 16, from: 7, to: 7 },
  ];
  const copies = copiesOf(steps, 1);
  assert.deepEqual(copies, [early, early, undefined, middle, middle, early, undefined, late]);
  assert.equal(copies[0], copies[5]);
  assert.deepEqual(copiesOf(steps, 0), steps.map(() => undefined));
});
