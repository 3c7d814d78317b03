/**
 * Transforms of random networks: they do not change the results.
 */
import assert from "node:assert/strict";
import { optimize, type TransformName, transforms } from "../../lib/transforms/mod.ts";
import { type Graph, resultsOf } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { inputsFor, randomNetwork } from "../random.ts";

const seeds = Array.from({ length: 60 }, (_, seed) => seed);

function run(graph: Graph): Promise<Tensor[]> {
  return runReference(graph, inputsFor(graph), resultsOf(graph));
}

async function expectSame(before: Graph, after: Graph, seed: number): Promise<void> {
  assert.deepEqual(after.outputs, before.outputs);
  const expected = await run(before), actual = await run(after);
  before.outputs.forEach((name, i) => {
    assert.deepEqual(actual[i]!.shape, expected[i]!.shape);
    const distance = difference(actual[i]!.data, expected[i]!.data);
    assert(distance < 1e-5, `seed ${seed}: ${name} is off by ${distance} of its largest value`);
  });
}

/** Asserts the invariants of a graph: topological order, unique names, and no unread constants. */
function expectSound(graph: Graph): void {
  const known = new Set([...graph.inputs, ...graph.constants.keys()]);
  for (const { inputs, output } of graph.nodes) {
    for (const value of inputs) {
      assert(known.has(value), `"${output.name}" reads "${value.name}" before it is computed`);
    }
    known.add(output);
  }
  assert.equal(new Set([...known].map(({ name }) => name)).size, known.size, "names are unique");
  for (const [name, value] of graph.names) assert(known.has(value), `"${name}" has no value`);
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  for (const value of graph.names.values()) read.add(value);
  for (const value of graph.constants.keys()) assert(read.has(value), `"${value.name}" is unread`);
}

for (const name of Object.keys(transforms) as TransformName[]) {
  Deno.test(`${name} does not change what random networks compute`, async () => {
    for (const seed of seeds) {
      const before = randomNetwork(seed);
      const after = transforms[name](before);
      expectSound(after);
      await expectSame(before, after, seed);
    }
  });
}

Deno.test("optimize() leaves no batch normalization, and does not change the results", async () => {
  let fewer = 0;
  for (const seed of seeds) {
    const before = randomNetwork(seed);
    const after = optimize(before);
    expectSound(after);
    await expectSame(before, after, seed);
    assert(after.nodes.every(({ op }) => op !== "batchNorm"));
    fewer += before.nodes.length - after.nodes.length;
  }
  assert(fewer > 100, `only ${fewer} nodes were removed`);
});
