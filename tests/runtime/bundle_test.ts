import assert from "node:assert/strict";
import { writeBundle } from "../../lib/emit/bundle.ts";
import type { Model } from "../../lib/model.ts";
<<<<<<< HEAD
import { type ModelFile, modelMember, readBundle } from "../../runtime/bundle.ts";
import { type Graph, namedValues } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
=======
import { readBundle } from "../../runtime/bundle.ts";
import type { Graph } from "../../runtime/graph.ts";
>>>>>>> tests
import { readZip } from "../../runtime/zip.ts";
import { join } from "../join.ts";
import { Random, randomNetwork, Sketch } from "../random.ts";

function modelOf(graph: Graph, rest: Partial<Model> = {}): Model {
  const nothing = { preprocessing: null, labels: null, provenance: {}, summary: [], untrained: [] };
  return { graph, ...nothing, ...rest };
}

const roundTrip = (model: Model) => readBundle(join(writeBundle(model)));

/** A graph as plain data, so that two can be compared. */
function plain({ name, inputs, constants, nodes, names, outputs }: Graph): unknown {
  return {
    name,
    inputs,
    constants: [...constants].filter(([value]) => nodes.some((node) => node.inputs.includes(value)))
      .map(([value, data]) => [value, [...data]]),
    nodes: nodes.map(({ op, attributes, inputs, output }) => ({
      op,
      attributes,
      inputs: inputs.map((value) => value.name),
      output,
    })),
    names: [...names].filter(([name, value]) => name !== value.name).map(([n, v]) => [n, v.name]),
    outputs,
  };
}

Deno.test("a bundle holds the graph that was written", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const graph = randomNetwork(seed);
    assert.deepEqual(plain((await roundTrip(modelOf(graph))).graph), plain(graph));
  }
});

const odd = [
  "__proto__",
  "constructor",
  "",
  "/",
  "a/b",
  "../x",
  "a\\b",
  "é\u2028`${1}",
  "line\n",
  "CASE",
  "case",
  "Case/weights",
  "case/weights",
  "*/",
  '"',
  "model.json",
  "\u0000",
  "🦀",
];

Deno.test("a bundle keeps names of any kind apart", async () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [2]);
  const values = odd.map((name, i) => {
    const constant = sketch.constant(`${name}/c`, { shape: [2], data: Float32Array.of(i, -i) });
    return sketch.add("affine", name, [data, constant], { axis: 0, terms: "offset" });
  });
  const sum = sketch.add("eltwise", "sum", values, {});
  const graph = {
    ...sketch.finish(sum),
    names: new Map([["__proto__", data], ["x\ny", sum]]),
    outputs: ["x\ny"],
  };
  const bytes = join(writeBundle(modelOf(graph)));
  const files = readZip(bytes).names;
  assert.equal(new Set(files.map((file) => file.toLowerCase())).size, odd.length + 1);
  const read = await readBundle(bytes);
  assert.deepEqual(plain(read.graph), plain(graph));
  assert.deepEqual([...read.graph.names.keys()], ["__proto__", "x\ny"]);
});

Deno.test("a bundle holds weights of half the size, and shared ones once", async () => {
  const sketch = new Sketch();
  const weights = sketch.constant("w", { shape: [1, 2], data: Float32Array.of(1 / 3, 70000) });
  const data = sketch.input("data", [1, 2]);
  const options = { output: 1, bias: false };
  const outputs = ["a", "b"].map((name) => sketch.add("dense", name, [data, weights], options));
  const bytes = join(writeBundle(modelOf(sketch.finish(...outputs)), { weights: "float16" }));
  assert.equal(readZip(bytes).names.length, 2);
  const { graph } = await readBundle(bytes);
  assert.deepEqual([...graph.constants.values()], [Float32Array.of(0.333251953125, Infinity)]);
  assert.equal(graph.nodes[0]!.inputs[1], graph.nodes[1]!.inputs[1]);
});

Deno.test("a bundle holds infinities, preprocessing, labels and provenance", async () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 3, 2, 2]);
  const power = sketch.add("power", "p", [data], { shift: -Infinity, scale: NaN });
  const graph = sketch.finish(sketch.add("eltwise", "e", [power, data], {
    coefficients: [Infinity, -0.5],
  }));
  const meanImage = new Random(1).tensor([3, 2, 4]);
  const preprocessing = {
    channelOrder: "bgr",
    resize: { exact: [2, 4] },
    crop: [2, 2],
    mean: [],
    scale: 0.25,
    meanImage,
  } as const;
  const labels = ["tabby, tabby cat", "__proto__", ""];
  const provenance = JSON.parse('{ "__proto__": "a", "network": "deploy.prototxt" }');
  const read = await roundTrip(modelOf(graph, { preprocessing, labels, provenance }));
  assert.deepEqual(plain(read.graph), plain(graph));
  assert.deepEqual(read.preprocessing, preprocessing);
  assert.deepEqual(read.labels, labels);
  assert.deepEqual(JSON.stringify(read.provenance), JSON.stringify(provenance));
});

Deno.test("the mean image is not taken for a value of its name", async () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 3, 1, 2]);
  const own = { shape: [3], data: Float32Array.of(1, 2, 3) };
  const mean = sketch.constant("preprocessing/mean", own);
  const graph = sketch.finish(sketch.add("affine", "a", [data, mean], { terms: "offset" }));
  const meanImage = new Random(1).tensor([3, 1, 2]);
  const read = await roundTrip(modelOf(graph, {
    preprocessing: {
      channelOrder: "rgb",
      resize: { short: 2 },
      crop: null,
      mean: [],
      scale: 1,
      meanImage,
    },
  }));
  assert.deepEqual(plain(read.graph), plain(graph));
  assert.deepEqual(read.preprocessing!.meanImage, meanImage);
});

Deno.test("a bundle is not written without weights", () => {
  const graph = randomNetwork(1);
  const write = (untrained: string[]) => () => [...writeBundle(modelOf(graph, { untrained }))];
  assert.throws(write(["conv1"]), {
    message: 'Cannot write the bundle: layer "conv1" has no weights; give the caffemodel',
  });
  assert.throws(write(["a", "b", "c"]), { message: /layer "a" and 2 others have no weights/ });
});
<<<<<<< HEAD

/** A small model that uses every part of the format. */
const model: ModelFile = {
  format: "kaffe",
  version: 1,
  name: "net",
  inputs: [{ name: "data", shape: [1, 2, 3, 4] }],
  constants: [{ name: "w", member: "w.npy" }, { name: "mean", member: "mean.npy" }],
  nodes: [
    {
      op: "conv2d",
      name: "conv",
      inputs: ["data", "w"],
      attributes: { output: 2, kernel: [1, 2], bias: false },
    },
    { op: "eltwise", name: "sum", inputs: ["conv", "conv"], attributes: { coefficients: [1, -1] } },
    { op: "power", name: "p", inputs: ["sum"], attributes: { shift: "Infinity" } },
    { op: "crop", name: "c", inputs: ["p", "conv"], attributes: { offsets: [0, 0] } },
  ],
  names: [["blob", "conv"]],
  outputs: ["c", "blob"],
  preprocessing: {
    channelOrder: "bgr",
    resize: { exact: [3, 4] },
    crop: [3, 4],
    mean: [],
    scale: 1,
    meanImage: "mean",
  },
  labels: ["a", "b"],
  provenance: { network: "x" },
};

const arrays = {
  "w.npy": writeNpy({ shape: [2, 2, 1, 2], data: new Float32Array(8).fill(0.5) }, "float32"),
  "mean.npy": writeNpy({ shape: [2, 3, 4], data: new Float32Array(24) }, "float32"),
};

function write(model: unknown): Uint8Array<ArrayBuffer> {
  const text = typeof model === "string" ? model : JSON.stringify(model);
  const members = { [modelMember]: new TextEncoder().encode(text), ...arrays };
  return join(writeNpz(Object.entries(members).map(([name, bytes]) => ({ name, parts: [bytes] }))));
}

const attempt = (change: Partial<Record<keyof ModelFile, unknown>>) =>
  readBundle(write({ ...model, ...change }));

const refused: [what: string, change: Parameters<typeof attempt>[0], message: string][] = [
  [
    "a newer version",
    { version: 2 },
    "it has version 2 of the format, but this reader knows 1; use a newer kaffe",
  ],
  ["another format", { format: "onnx" }, "its model.json is not kaffe's"],
  [
    "a missing constant",
    { constants: [{ name: "w", member: "v.npy" }] },
    'constant "w" is missing: there is no member v.npy',
  ],
  [
    "a cycle",
    { nodes: [{ op: "relu", name: "a", inputs: ["a"], attributes: {} }] },
    'node "a" (relu) cannot be built: Cannot read the bundle: node "a" (relu) reads "a", which ' +
    "is not known there",
  ],
  [
    "two values of one name",
    { inputs: [model.inputs[0], model.inputs[0]] },
    'two values are called "data"',
  ],
  [
    "an unknown op",
    { nodes: [{ op: "toString", name: "a", inputs: [], attributes: {} }] },
    'node "a" (toString) is an op that this reader does not know',
  ],
  [
    "a node without inputs",
    { nodes: [{ op: "concat", name: "a", inputs: [], attributes: {} }] },
    'node "a" (concat) cannot be built: it has 0 inputs, but it needs at least 1',
  ],
  [
    "settings that would become code",
    {
      nodes: [{
        op: "crop",
        name: "a",
        inputs: ["data", "data"],
        attributes: { offsets: ["0); } fn main() {", 0] },
      }],
    },
    'node "a" (crop) cannot be built: its offsets is ["0); } fn main() {",0], but it must be a ' +
    "list of integers",
  ],
  [
    "what only the runtime may set",
    {
      nodes: [{ op: "eltwise", name: "a", inputs: ["data"], attributes: { residual: true } }],
    },
    'node "a" (eltwise) cannot be built: its residual is true, but it must be left out',
  ],
  ["an unknown output", { outputs: ["x"] }, 'it has no value "x" to be an output'],
  [
    "a missing mean image",
    { preprocessing: { ...model.preprocessing, meanImage: "m" } },
    'its mean image "m" is missing',
  ],
];

for (const [what, change, state] of refused) {
  Deno.test(`readBundle() refuses ${what}`, async () => {
    await assert.rejects(attempt(change), {
      name: "TypeError",
      message: `Cannot read the bundle: ${state}`,
    });
  });
}

Deno.test("a bundle may say of values only that they are constants", async () => {
  const { graph } = await attempt({ names: [["w", "w"]], outputs: ["w"] });
  const value = namedValues(graph).get("w")!;
  const [result] = await runReference(graph, [new Random(1).tensor([1, 2, 3, 4])], [value]);
  assert.deepEqual(result!.shape, [2, 2, 1, 2]);
});

/** Every place in some JSON. */
function* placesOf(json: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (path.length > 0) yield path;
  if (typeof json !== "object" || json === null) return;
  for (const [key, value] of Object.entries(json)) {
    yield* placesOf(value, [...path, Array.isArray(json) ? Number(key) : key]);
  }
}

const replacements = [
  undefined,
  null,
  0,
  -1,
  0.5,
  2 ** 31,
  1e308,
  "",
  "NaN",
  "conv",
  true,
  [],
  {},
  [[]],
  [null],
  ["-Infinity", 3],
  { __proto__: null, length: 1 },
];

Deno.test("readBundle() survives any wrong value anywhere in its model.json", async () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  await attempt({});
  let read = 0, refused = 0;
  for (const path of placesOf(model)) {
    for (const replacement of replacements) {
      const changed = structuredClone(model) as unknown as Record<string, unknown>;
      const parent = path.slice(0, -1).reduce((at, key) => at[key] as typeof changed, changed);
      const last = path.at(-1)!;
      if (replacement !== undefined) parent[last] = replacement;
      else if (Array.isArray(parent)) parent.splice(last as number, 1);
      else delete parent[last];
      try {
        const { graph } = await readBundle(write(changed));
        assert(graph.nodes.length <= 4);
        read++;
      } catch (error) {
        assert(error instanceof TypeError, String(error));
        const { message } = error;
        assert.match(
          message,
          /^Cannot read the bundle: /,
          `${path}: ${JSON.stringify(replacement)}`,
        );
        assert.doesNotMatch(message, /undefined|not iterable|not a function|properties|Symbol/);
        refused++;
      }
    }
  }
  assert(read > 30 && refused > 700, `${read} read, ${refused} refused`);
  assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), before);
});

Deno.test("readBundle() survives JSON that is none, or very deep", async () => {
  const deep = "[".repeat(1e5) + "]".repeat(1e5);
  const nested = JSON.stringify({
    ...model,
    nodes: [{ op: "reshape", name: "a", inputs: ["data"], attributes: { shape: "HERE" } }],
  }).replace('"HERE"', deep);
  for (const text of ["", "{", "null", "5", '"kaffe"', "[]", deep, nested]) {
    await assert.rejects(readBundle(write(text)), {
      name: "TypeError",
      message: /^Cannot read the bundle: /,
    });
  }
  await assert.rejects(readBundle(join(writeNpz([]))), {
    message: "Cannot read the bundle: it has no model.json; was it made by kaffe?",
  });
});
=======
>>>>>>> tests
