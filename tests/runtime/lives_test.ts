import assert from "node:assert/strict";
import { fit } from "../../runtime/allocation.ts";
import { livesOf } from "../../runtime/gpu/lives.ts";
import { placeOf } from "../../runtime/gpu/cell.ts";
import { type Plan, plan } from "../../runtime/gpu/plan.ts";
import { randomNetwork, Sketch } from "../random.ts";

const traits = { software: true, textureRows: 0 };

/** Runs a plan with names in place of numbers: each step must find what was written for it. */
function expectSound(planned: Plan): void {
  const lives = livesOf(planned);
  const { slots, sizes } = fit([...lives.values()]);
  const slotOf = new Map([...lives.keys()].map((root, i) => [root, slots[i]!]));
  const holds = new Map<number, unknown>();
  for (const [root, { bytes }] of lives) assert(sizes[slotOf.get(root)!]! >= bytes);
  for (const cell of planned.inputs) holds.set(slotOf.get(placeOf(cell).root)!, cell);
  const expectThere = (operand: Plan["outputs"][number], reader: string) => {
    if (!("layout" in operand)) return;
    const { root } = placeOf(operand);
    assert.equal(holds.get(slotOf.get(root)!), root, `${reader} misses ${operand.name}`);
  };
  for (const { writes, reads, label } of planned.steps) {
    reads.forEach((operand) => expectThere(operand, label));
    const { root } = placeOf(writes), slot = slotOf.get(root)!;
    for (const operand of reads) {
      if (!("layout" in operand)) continue;
      assert.notEqual(slotOf.get(placeOf(operand).root), slot, `${label} writes what it reads`);
    }
    holds.set(slot, root);
  }
  planned.outputs.forEach((operand) => expectThere(operand, "the caller"));
}

Deno.test("a plan finds every value where it was written, whatever is wanted", () => {
  let buffers = 0, values = 0;
  for (let seed = 0; seed < 100; seed++) {
    const graph = randomNetwork(seed);
    const outputs = graph.outputs.map((name) => graph.names.get(name)!);
    for (const wanted of [outputs, [graph.nodes.at(-1)!.output]]) {
      for (const how of [traits, undefined]) expectSound(plan(graph, wanted, how));
    }
    const lives = livesOf(plan(graph, outputs, traits));
    buffers += fit([...lives.values()]).sizes.length;
    values += graph.nodes.length;
  }
  assert(buffers < values / 2, `${buffers} buffers for ${values} values`);
});

Deno.test("a value keeps its memory while a view of it is needed", () => {
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
