import assert from "node:assert/strict";
import { allocate, fit, type Life, stretch } from "../../runtime/allocation.ts";
import { type Graph, lastUses, opOf, resultsOf, type Value } from "../../runtime/graph.ts";
import { count } from "../../runtime/tensor.ts";
import { Random, randomNetwork, Sketch } from "../random.ts";
import { largestLiveSet } from "./live_set.ts";

/** The value that a view refers to, or the value itself. */
function rootOf(value: Value, graph: Graph): Value {
  const node = graph.nodes.find(({ output }) => output === value);
  if (node === undefined || !opOf(node).view) return value;
  return graph.constants.has(node.inputs[0]!) ? value : rootOf(node.inputs[0]!, graph);
}

/** Asserts that no node of the graph overwrites a value that is still to be read. */
function expectSound(graph: Graph, outputs: readonly Value[]): void {
  const { slots, sizes } = allocate(graph, outputs);
  const uses = lastUses(graph, outputs);
  const alive = new Set(graph.inputs);
  for (const [position, { output }] of graph.nodes.entries()) {
    const slot = slots.get(output)!;
    assert(sizes[slot]! >= 4 * count(output.shape), `${output.name} does not fit`);
    for (const other of alive) {
      if (slots.get(other) !== slot) continue;
      assert.equal(rootOf(output, graph), rootOf(other, graph), `${output.name} on ${other.name}`);
    }
    alive.add(output);
    for (const value of alive) if (uses.get(value)! <= position) alive.delete(value);
  }
  for (const value of outputs) assert(alive.has(value) || graph.constants.has(value));
}

Deno.test("allocate() never puts two live values into one buffer", () => {
  let buffers = 0, values = 0;
  for (let seed = 0; seed < 100; seed++) {
    const graph = randomNetwork(seed);
    const outputs = resultsOf(graph);
    expectSound(graph, outputs);
    expectSound(graph, [graph.nodes.at(-1)!.output]);
    buffers += allocate(graph, outputs).sizes.length;
    values += graph.nodes.length;
  }
  assert(buffers < values / 2, `${buffers} buffers for ${values} values`);
});

Deno.test("allocate() lets a chain alternate between two buffers", () => {
  const sketch = new Sketch();
  let value = sketch.input("data", [3, 5]);
  for (let i = 0; i < 6; i++) value = sketch.add("abs", `abs${i}`, [value], {});
  const { sizes } = allocate(sketch.finish(value), [value]);
  assert.deepEqual(sizes, [60, 60]);
});

Deno.test("allocate() keeps a buffer while a view of it is live", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [2, 6]);
  const squares = sketch.add("power", "squares", [data], { power: 2 });
  const view = sketch.add("reshape", "view", [squares], { shape: [3, 4] });
  const last = sketch.add("reshape", "last", [view], { shape: [12] });
  const other = sketch.add("abs", "other", [data], {});
  const more = sketch.add("abs", "more", [other], {});
  const graph = sketch.finish(last, more);
  expectSound(graph, [last, more]);
  const { slots } = allocate(graph, [last, more]);
  assert.equal(slots.get(last), slots.get(squares));
  assert.notEqual(slots.get(more), slots.get(squares));
});

Deno.test("allocate() places the largest values first", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 2]);
  const weights = sketch.constant("w", new Random(1).tensor([7, 2]));
  const first = sketch.add("abs", "first", [data], {});
  const wide = sketch.add("dense", "wide", [first, weights], { output: 7, bias: false });
  const { slots, sizes } = allocate(sketch.finish(wide), [wide]);
  assert.deepEqual(sizes, [28, 8]);
  assert.deepEqual([data, first, wide].map((value) => slots.get(value)), [0, 1, 0]);
});

Deno.test("fit() never puts overlapping live ranges into one buffer", () => {
  for (let seed = 0; seed < 100; seed++) {
    const random = new Random(seed);
    const lives: Life[] = Array.from({ length: 30 }, () => {
      const from = random.below(20);
      return { bytes: 4 + random.below(100), from, to: from + random.below(5) };
    });
    const { slots, sizes } = fit(lives);
    lives.forEach((a, i) => {
      assert(sizes[slots[i]!]! >= a.bytes);
      lives.slice(0, i).forEach((b, k) => {
        if (a.from <= b.to && b.from <= a.to) assert.notEqual(slots[i], slots[k]);
      });
    });
  }
});

Deno.test("stretch() separates overlapping live ranges, within 1.25 times the largest live set", () => {
  let sum = 0;
  for (let seed = 0; seed < 100; seed++) {
    const random = new Random(seed);
    const lives: Life[] = Array.from({ length: 30 }, () => {
      const from = random.below(20);
      return { bytes: 4 + random.below(100), from, to: from + random.below(5) };
    });
    const { offsets, bytes } = stretch(lives, 16);
    lives.forEach((a, i) => {
      assert(offsets[i]! % 16 === 0 && offsets[i]! + a.bytes <= bytes);
      lives.slice(0, i).forEach((b, k) => {
        if (a.from > b.to || b.from > a.to) return;
        assert(offsets[i]! + a.bytes <= offsets[k]! || offsets[k]! + b.bytes <= offsets[i]!);
      });
    });
    sum += bytes / largestLiveSet(lives);
  }
  assert(sum / 100 < 1.25, `${sum / 100} times the largest live set`);
});

Deno.test("allocate() places inputs of concats in their outputs, also nested ones", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 4, 3]);
  const [relu, abs, tanh] = (["relu", "abs", "tanh"] as const)
    .map((op) => sketch.add(op, op, [data], {})) as [Value, Value, Value];
  const odd = sketch.add("slice", "odd", [data], { end: 1 });
  const inner = sketch.add("concat", "inner", [relu, data, abs], {});
  const view = sketch.add("reshape", "view", [abs], { shape: [12] });
  const outer = sketch.add("concat", "outer", [odd, inner, tanh, tanh], {});
  const side = sketch.add("concat", "side", [tanh, abs], { axis: 2 });
  const graph = sketch.finish(outer, view, side);
  const { slots, starts, sizes } = allocate(graph, [outer, view, side]);
  const slot = slots.get(outer)!;
  assert.equal(sizes[slot], 12 + 3 * 48 + 2 * 48);
  for (const value of [inner, relu, abs, view, tanh]) assert.equal(slots.get(value), slot);
  for (const value of [data, odd, side]) assert.notEqual(slots.get(value), slot);
  assert.deepEqual(
    new Map([...starts].map(([{ name }, start]) => [name, start])),
    new Map([["inner", 12], ["relu", 12], ["abs", 108], ["view", 108], ["tanh", 156]]),
  );
});
