import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { namedValues } from "../../runtime/graph.ts";

/** The names that can be requested, and the own names of their values. */
function namesOf(layers: string): Record<string, string> {
  const text = `input: "data" input_shape { dim: 1 dim: 3 dim: 2 dim: 2 } ${layers}`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "names" });
  return Object.fromEntries([...namedValues(graph)].map(([name, value]) => [name, value.name]));
}

Deno.test("the name of a folded in-place blob does not refer to its first layer's result", () => {
  const names = namesOf(`
    layer { name: "sum" type: "Eltwise" bottom: "data" bottom: "data" top: "sum" }
    layer { name: "abs" type: "AbsVal" bottom: "sum" top: "sum" }
    layer { name: "scale" type: "Scale" bottom: "sum" top: "sum" scale_param { num_axes: 0 } }
    layer { name: "norm" type: "BatchNorm" bottom: "sum" top: "norm" }`);
  assert.deepEqual(names, { data: "data", "sum/first": "sum", abs: "abs", norm: "scale" });
});

Deno.test("a layer with the name of a folded blob keeps its own blob's name alone", () => {
  const names = namesOf(`
    layer { name: "scaled" type: "AbsVal" bottom: "data" top: "abs" }
    layer { name: "scale" type: "Scale" bottom: "abs" top: "scaled" scale_param { num_axes: 0 } }
    layer { name: "norm" type: "BatchNorm" bottom: "scaled" top: "norm" }`);
  assert.deepEqual(names, { data: "data", abs: "scaled", norm: "scale" });
});

Deno.test("the name of an input that is changed in place does not refer to the input", () => {
  const names = namesOf(`
    layer { name: "flat" type: "Flatten" bottom: "data" top: "flat" }
    layer { name: "scale" type: "Scale" bottom: "flat" top: "flat" }`);
  assert.deepEqual(names, { "data/first": "data", flat: "scale" });
});
