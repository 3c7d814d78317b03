/**
 * What layers that published networks brought refuse; what they compute is in `network_answers.py`.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { netLayer, runLayer } from "./harness.ts";

/** A blob of a shape, of no matter what. */
function blob(...shape: readonly number[]): Tensor {
  return { shape, data: new Float32Array(shape.reduce((product, extent) => product * extent, 1)) };
}

/** A layer that is refused, by its type, its settings, the shapes of its bottoms, and the reason. */
type Refused = readonly [string, Record<string, unknown>, readonly (readonly number[])[], RegExp];

const refused: readonly Refused[] = [
  ["Warp", {}, [[1, 3, 4, 5], [1, 3, 4, 5]], /must be an image \[N, C, H, W\] and a flow/],
  ["Warp", {}, [[1, 3, 4, 5], [1, 2, 5, 5]], /^its bottoms are \[1, 3, 4, 5\] and \[1, 2, 5, 5\]/],
  ["Grid", {}, [[2, 3]], /\[2, 3\]/],
  ["ExpMax", { base: 0 }, [[1, 2, 3, 4]], /^its base is 0, but it must be positive/],
  ["ExpMax", {}, [[1, 2]], /\[1, 2\]/],
];

for (const [type, settings, shapes, message] of refused) {
  Deno.test(`${type} refuses ${JSON.stringify(settings)} of ${JSON.stringify(shapes)}`, () => {
    const layer = netLayer(type, settings, { bottoms: shapes.map((_, i) => `bottom${i}`) });
    const bottoms = shapes.map((shape) => blob(...shape));
    assert.throws(() => runLayer(layer, bottoms), { name: "TypeError", message });
  });
}

/** The graph of a text. */
const graphOf = (text: string) =>
  convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }).graph;

Deno.test("Warp and Grid serve any batch, of the extents that they were made for", () => {
  const graph = graphOf(`
    input: "x" input_shape { dim: 1 dim: 3 dim: 4 dim: 5 }
    input: "f" input_shape { dim: 1 dim: 2 dim: 4 dim: 5 }
    layer { name: "y" type: "Warp" bottom: "x" bottom: "f" top: "y" }
    layer { name: "g" type: "Grid" bottom: "f" top: "g" }`);
  const resized = (x: readonly number[], f: readonly number[]) =>
    withInputShapes(graph, new Map([["x", x], ["f", f]])).names;
  const names = resized([2, 3, 4, 5], [2, 2, 4, 5]);
  assert.deepEqual(names.get("y")!.shape, [2, 3, 4, 5]);
  assert.deepEqual(names.get("g")!.shape, [2, 2, 4, 5]);
  assert.throws(() => resized([1, 3, 4, 6], [1, 2, 4, 6]), { message: /^Cannot run "/ });
});
