/**
 * Learned blobs that are injected at a conversion.
 */
import assert from "node:assert/strict";
import { convert, type Injection, upgrade } from "../../mod.ts";
import { Folder } from "../cli/command.ts";

/** The end of colorization's network, where colours become two channels, with 3 colours instead of 313. */
const text = `
  input: "scores" input_shape { dim: 1 dim: 3 dim: 1 dim: 2 }
  layer { name: "conv8_313_rh" type: "Scale" bottom: "scores" top: "sharp"
    scale_param { bias_term: false filler { type: "gaussian" } } }
  layer { name: "class8_ab" type: "Convolution" bottom: "sharp" top: "ab"
    convolution_param { num_output: 2 kernel_size: 1 } }
  layer { name: "relu" type: "ReLU" bottom: "ab" top: "relu" }
  layer { name: "loss" type: "Accuracy" bottom: "relu" bottom: "scores" top: "loss" }`;
const net = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
const points = { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };

function constants(inject: readonly Injection[], warn = () => {}): Map<string, number[]> {
  const { graph, untrained } = convert(net, { inject, transforms: [], warn });
  assert.deepEqual(untrained, []);
  return new Map([...graph.constants].map(([{ name }, data]) => [name, [...data]]));
}

const sharper = { layer: "conv8_313_rh", value: 2.5 };

Deno.test("the weights of a fully connected layer fit the equivalent convolution", () => {
  const text = `input: "map" input_shape { dim: 1 dim: 2 dim: 4 dim: 4 }
    layer { name: "fc-conv" type: "Convolution" bottom: "map" top: "fc-conv"
      convolution_param { num_output: 2 kernel_size: 2 bias_term: false } }`;
  const rows = { shape: [2, 8], data: Float32Array.from({ length: 16 }, (_, i) => i) };
  const inject = [{ layer: "fc-conv", value: rows }];
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "n" }, { inject });
  const constants = [...graph.constants].map(([{ shape }, data]) => [shape, data]);
  assert.deepEqual(constants, [[[2, 2, 2, 2], rows.data]]);
});

Deno.test("a number or an array can be injected", () => {
  const weights = { shape: [2, 3, 1, 1], data: Float32Array.of(1, 3, 5, 2, 4, 6) };
  const blobs = [sharper, { layer: "class8_ab", value: weights }, {
    layer: "class8_ab",
    index: 1,
    value: { shape: [2], data: Float32Array.of(7, 8) },
  }];
  assert.deepEqual([...constants(blobs)], [
    ["conv8_313_rh/scale", [2.5, 2.5, 2.5]],
    ["class8_ab/weights", [1, 3, 5, 2, 4, 6]],
    ["class8_ab/biases", [7, 8]],
  ]);
});

Deno.test("an injected matrix is transposed if only that fits, with a warning", () => {
  const warnings: string[] = [];
  const inject = [sharper, { layer: "class8_ab", value: points }];
  const { graph } = convert(net, {
    inject,
    transforms: [],
    warn: (message) => warnings.push(message),
  });
  const weights = [...graph.constants].find(([{ name }]) => name === "class8_ab/weights")!;
  assert.deepEqual([...weights[1]], [1, 3, 5, 2, 4, 6]);
  assert.deepEqual(warnings, [
    'the value injected into layer "class8_ab" is [3, 2]; its transpose is used as weights ' +
    "[2, 3, 1, 1]",
  ]);
});

const refused: readonly [what: string, Injection, RegExp][] = [
  [
    "a missing layer",
    { layer: "class8", value: 1 },
    /^Cannot inject into layer "class8": the network has no such layer \(did you mean "class8_ab"\?\)/,
  ],
  [
    "a layer without learned blobs",
    { layer: "relu", value: 1 },
    /^Cannot convert layer "relu" \(ReLU\): blob 0 is injected, but it has no learned blobs/,
  ],
  [
    "a layer that is left out",
    { layer: "loss", value: 1 },
    /^Cannot inject into layer "loss": it has no learned blobs/,
  ],
  [
    "a blob too many",
    { layer: "class8_ab", index: 2, value: 1 },
    /: blob 2 is injected, but its blobs are 0 \(weights \[2, 3, 1, 1\]\), 1 \(biases \[2\]\)/,
  ],
  [
    "another shape",
    { layer: "class8_ab", value: { ...points, shape: [6] } },
    /: the value injected as its weights is \[6\], but \[2, 3, 1, 1\] is needed/,
  ],
  [
    "fewer numbers than its shape says",
    { layer: "class8_ab", value: { shape: [3, 2], data: new Float32Array(5) } },
    /: the value injected as its weights is \[3, 2\], but has 5 numbers/,
  ],
  [
    "a bare array",
    { layer: "class8_ab", value: new Float32Array(6) as never },
    /: the value injected as its weights must be a number, or a shape and the numbers in a Float32Array/,
  ],
  [
    "a blob that is given twice",
    { ...sharper, index: 0 },
    /^Cannot inject into layer "conv8_313_rh": there are two values for its blob 0/,
  ],
];

for (const [what, injection, message] of refused) {
  Deno.test(`convert() refuses to inject ${what}`, () => {
    const weights = { layer: "class8_ab", value: 1 };
    const others = [sharper, ...(injection.layer === "class8_ab" ? [] : [weights])];
    assert.throws(() => constants([...others, injection]), { name: "TypeError", message });
  });
}

const changes: readonly [what: string, Injection[], RegExp][] = [
  [
    "fewer numbers than its shape says",
    [{ layer: "relu", value: { shape: [3], data: new Float32Array(2) } }],
    /^Cannot change layer "relu": the value for its blob 0 is \[3\], but has 2 numbers$/,
  ],
  [
    "a bare array",
    [{ layer: "relu", value: new Float32Array(2) as never }],
    /^Cannot change layer "relu": the value for its blob 0 must be a number, or a shape and /,
  ],
  [
    "a negative index",
    [{ layer: "relu", index: -1, value: points }],
    /^Cannot change layer "relu": blob -1 is given, but it has 0 learned blobs: only blob 0 can /,
  ],
  [
    "a blob that is given twice",
    [{ layer: "relu", value: points }, { layer: "relu", index: 0, value: points }],
    /^Cannot inject into layer "relu": there are two values for its blob 0$/,
  ],
];

for (const [what, inject, message] of changes) {
  Deno.test(`upgrade() refuses to inject ${what}`, () => {
    assert.throws(() => [...upgrade(net, { inject })], { name: "TypeError", message });
  });
}

Deno.test("--inject takes numbers and files", async () => {
  using folder = new Folder();
  folder.write("net.prototxt", text);
  folder.writeArray("points.npy", points);
  const convert = ["convert", "net.prototxt", "--data-output-path", "model.npz"];
  await folder.done(
    ...convert,
    "--inject",
    "conv8_313_rh=2.5",
    "--inject",
    "class8_ab:0=points.npy",
  );
  assert.deepEqual([...(await folder.arrays("model.npz")).values()].map(({ data }) => [...data]), [
    [2.5, 2.5, 2.5],
    [1, 3, 5, 2, 4, 6],
    [0, 0],
  ]);
  const { code, stderr } = await folder.kaffe(...convert, "--inject", "conv8_313_rh");
  assert.equal(code, 2);
  assert.match(stderr, /--inject needs a name and a value like conv8:0=2\.606/);
});
