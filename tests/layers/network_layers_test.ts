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
  ["CuDNNBatchNorm", { eps: 1e-6 }, [[1, 2, 3, 4]], /^its eps is .*, of which cuDNN makes 1e-5 in/],
  ["AutoCrop", {}, [[1, 2, 3, 4], [1, 2, 2, 2]], /^its bottoms do not come from one image/],
  ["Bilinear", {}, [[1, 2, 3, 4], [1, 5, 4, 3]], /which must differ in their channels alone$/],
  ["Bilinear", {}, [[1, 2], [1, 2]], /\[1, 2\]/],
  ["SoftAttention", {}, [[2, 3, 4, 5], [2, 3, 4, 5], [2]], /weights \[N, 1, H, W\] and N factors$/],
  ["SoftAttention", {}, [[2, 3, 4, 5], [2, 1, 4, 5], [3]], /^its bottoms are .*, \[3\], but they/],
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

Deno.test("AutoCrop refuses a first bottom that starts after the second", () => {
  const text = `
    input: "x" input_shape { dim: 1 dim: 1 dim: 6 dim: 6 }
    layer { name: "c" type: "Pooling" bottom: "x" top: "c" pooling_param { kernel_size: 3 } }
    layer { name: "y" type: "AutoCrop" bottom: "c" bottom: "x" top: "y" }`;
  assert.throws(() => graphOf(text), {
    message: /its first bottom starts 1 rows and 1 columns after/,
  });
});

Deno.test("Bilinear serves the batch that it was made for, SoftAttention any", () => {
  const inputs = { x: [2, 3, 4, 5], w: [2, 1, 4, 5], f: [2] };
  const given = Object.entries(inputs).map(([name, shape]) =>
    `input: "${name}" input_shape { ${shape.map((extent) => `dim: ${extent}`).join(" ")} }`
  );
  const bilinear = `layer { name: "b" type: "Bilinear" bottom: "x" bottom: "w" top: "b" }`;
  const attention = `layer { name: "a" type: "SoftAttention" bottom: "x" bottom: "w" bottom: "f"
    top: "a" }`;
  const resized = (layer: string) =>
    withInputShapes(
      graphOf(`${given.join("\n")} ${layer}`),
      new Map(Object.entries(inputs).map(([name, shape]) => [name, shape.with(0, 7)])),
    ).names;
  assert.deepEqual(resized(attention).get("a")!.shape, [7, 3, 1, 1]);
  assert.throws(() => resized(bilinear), { message: /^Cannot run "b\// });
});
