/** Learned blobs that the caffemodel has under another name, for another shape, or not at all. */
import assert from "node:assert/strict";
import { writeCaffemodel } from "../../lib/caffe/write.ts";
import { convert } from "../../lib/convert.ts";
import type { ConvertOptions } from "../../lib/convert_options.ts";

const inner = (name: string, filler = "") =>
  `layer { name: "${name}" type: "InnerProduct" bottom: "data" top: "${name}"
    inner_product_param { num_output: 3 ${filler} } }`;

/** Converts layers with a caffemodel that has layers of these names; the warnings. */
function warningsOf(layers: string, names: readonly string[]): string[] {
  const trained = names.map((name) => {
    const outputs = name.endsWith("wide") ? 4 : 3;
    const blobs = [[outputs, 2], [outputs]].map((shape) => {
      return { shape, data: new Float32Array(shape.reduce((a, b) => a * b)) };
    });
    return { name, type: "", bottoms: [], tops: [], blobs };
  });
  const text = `input: "data" input_shape { dim: 1 dim: 2 } ${layers}`;
  const warnings: string[] = [];
  convert({ bytes: new TextEncoder().encode(text), name: "deploy.prototxt" }, {
    caffemodel: { bytes: writeCaffemodel({ name: "", layers: trained }), name: "some.caffemodel" },
    warn: (message) => warnings.push(message),
  });
  return warnings;
}

const suggestions: readonly (readonly [names: string[], hint: string])[] = [
  [["wide", "last"], ' (did you mean "last", whose weights fit?)'],
  [["last", "end"], ' (did you mean "last" or "end", whose weights fit?)'],
  [["fcs_wide", "fcs_mine"], ' (did you mean "fcs_mine"?)'],
  [["fcs_wide"], ' (did you mean "fcs_wide"?)'],
  [["wide"], ""],
];

for (const [names, hint] of suggestions) {
  Deno.test(`of ${names.join(" and ")}, the error about the layer "fcs" says:${hint}`, () => {
    const random = inner("fcs", 'weight_filler { type: "xavier" }');
    assert.throws(() => warningsOf(random, names), (error: Error) => {
      const said =
        `no layer of this name${hint}, and the values of its weights before training are`;
      assert.ok(error.message.includes(said));
      return true;
    });
  });
}

Deno.test("weights for another number of outputs make the error doubt the caffemodel", () => {
  const doubt = /needs \[3, 2\]; do the prototxt and the caffemodel belong together\?\n/;
  assert.throws(() => warningsOf(inner("wide"), ["wide"]), { message: doubt });
  // Those for another number of inputs do not: the shape of the input may be wrong.
  const wider = inner("a").replace('"data"', '"more"');
  const concat = 'layer { type: "Concat" name: "c" bottom: "data" bottom: "data" top: "more" }';
  assert.throws(() => warningsOf(concat + wider, ["a"]), { message: /needs \[3, 4\]\n/ });
});

Deno.test("a layer whose weights are zeros is not listed again for its biases", () => {
  assert.deepEqual(warningsOf(inner("a") + inner("b"), ["a"]), [
    'the caffemodel has no weights for "b": as in Caffe, they are zeros',
  ]);
});

Deno.test("errors about blobs that do not fit are sentences, also about a single number", () => {
  const text = `input: "data" input_shape { dim: 2 dim: 1 }
    layer { name: "s" type: "Scale" bottom: "data" top: "s" scale_param { bias_term: true } }`;
  const blob = (...shape: number[]) => ({ shape, data: new Float32Array(shape.at(-1)!) });
  const errorWith = (blobs: readonly ReturnType<typeof blob>[]) => () => {
    const layer = { name: "s", type: "Scale", bottoms: [], tops: [], blobs };
    convert({ bytes: new TextEncoder().encode(text), name: "deploy.prototxt" }, {
      caffemodel: { bytes: writeCaffemodel({ name: "", layers: [layer] }), name: "a.caffemodel" },
    });
  };
  assert.throws(errorWith([blob(3), blob(3)]), {
    message: /: the shape of its scale is \[3\], but /,
  });
  // As in Caffe, only blobs of the old format may have more axes.
  assert.throws(errorWith([blob(1, 1), blob(1)]), {
    message: /: the shape of its scale is \[1, 1\], but /,
  });
  assert.throws(errorWith([blob(1)]), {
    message: /: the caffemodel has 1 blob for it \(\[1\]\), /,
  });
});

/** A layer without biases whose weights have the shared name `w`. */
const sharing = (name: string, bottom: string, outputs: number, mode = "STRICT") =>
  `layer { name: "${name}" type: "InnerProduct" bottom: "${bottom}" top: "${name}"
    param { name: "w" share_mode: ${mode} }
    inner_product_param { num_output: ${outputs} bias_term: false } }`;

/** Converts layers on two numbers, with one blob of each of some shapes in the caffemodel. */
function convertWith(
  layers: string,
  trained: Readonly<Record<string, readonly number[]>>,
  options: ConvertOptions = {},
) {
  const text = `input: "data" input_shape { dim: 1 dim: 2 } ${layers}`;
  const blobsOf = Object.entries(trained).map(([name, shape]) => {
    const data = Float32Array.from({ length: shape[0]! * (shape[1] ?? 1) }, (_, i) => i);
    return { name, type: "", bottoms: [], tops: [], blobs: [{ shape, data }] };
  });
  return convert({ bytes: new TextEncoder().encode(text), name: "deploy.prototxt" }, {
    caffemodel: { bytes: writeCaffemodel({ name: "", layers: blobsOf }), name: "a.caffemodel" },
    ...options,
  });
}

Deno.test("permissively shared weights may have another shape in the second layer", () => {
  const layers = sharing("one", "data", 3) + sharing("two", "one", 2, "PERMISSIVE");
  const { graph } = convertWith(layers, { one: [3, 2] });
  const constants = [...graph.constants].map(([{ shape }, data]) => [shape, [...data]]);
  const numbers = [0, 1, 2, 3, 4, 5];
  assert.deepEqual(constants, [[[3, 2], numbers], [[2, 3], numbers]]);
});

Deno.test("shared weights of different sizes are refused, naming the layer that has the others", () => {
  const layers = sharing("one", "data", 2) + sharing("two", "data", 3);
  assert.throws(() => convertWith(layers, { one: [2, 2], two: [3, 2] }), {
    message:
      /"one" \(InnerProduct\): it shares its weights "w" with layer "two", for which the caffemodel has \[3, 2\], but here \[2, 2\] is needed/,
  });
});

Deno.test("shared weights are injected into the layer that has them first", () => {
  const layers = sharing("one", "data", 2) + sharing("two", "data", 2);
  const trained = { one: [2, 2], two: [2, 2] };
  const { graph } = convertWith(layers, trained, { inject: [{ layer: "one", value: 7 }] });
  assert.deepEqual([...graph.constants.values()].map((data) => [...data]), [[7, 7, 7, 7]]);
  const inject = [{ layer: "two", value: 7 }];
  assert.throws(() => convertWith(layers, trained, { inject }), {
    message:
      /"two" \(InnerProduct\): it shares its weights "w" with layer "one": inject them there/,
  });
});

Deno.test("weights of a layer that is without weights in the prototxt are named", () => {
  const layers = inner("one") + 'layer { name: "two" type: "ReLU" bottom: "one" top: "two" }';
  assert.deepEqual(warningsOf(layers, ["one", "two"]), ['no layer uses the weights of "two"']);
});
