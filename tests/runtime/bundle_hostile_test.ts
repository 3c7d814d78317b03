/**
 * Invalid bundles: each is read, or refused with a clear message.
 */
import assert from "node:assert/strict";
import { writeNpy } from "../../lib/emit/npy.ts";
import { writeNpz } from "../../lib/emit/npz.ts";
import { type ModelFile, modelMember } from "../../runtime/bundle/model_file.ts";
import { namedValues } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { join } from "../join.ts";
import { Random } from "../random.ts";
import { arrivalOf, readBothWays } from "./arriving.ts";

/** A small model that uses every part of the format. */
const model: ModelFile = {
  format: "kaffe",
  version: 1,
  name: "net",
  inputs: [{ name: "data", shape: [1, 2, 3, 4] }, { name: "last", shape: [1, 2, 3, 3] }],
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
  states: [["last", "c"]],
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
  "w.npy": writeNpy({ shape: [2, 2, 1, 2], data: new Float32Array(8).fill(0.5) }),
  "mean.npy": writeNpy({ shape: [2, 3, 4], data: new Float32Array(24) }),
};

function write(model: unknown): Uint8Array<ArrayBuffer> {
  const text = typeof model === "string" ? model : JSON.stringify(model);
  const members = { [modelMember]: new TextEncoder().encode(text), ...arrays };
  return join(writeNpz(Object.entries(members).map(([name, bytes]) => ({ name, parts: [bytes] }))));
}

const readChanged = (change: Partial<Record<keyof ModelFile, unknown>>) =>
  readBothWays(write({ ...model, ...change }));

const refused: [what: string, change: Parameters<typeof readChanged>[0], message: string][] = [
  [
    "scales that are not one per row",
    { constants: [{ name: "w", member: "w.npy", scales: "mean.npy" }] },
    'constant "w" is [2, 2, 1, 2], but has 24 scales',
  ],
  [
    "scales that are missing",
    { constants: [{ name: "w", member: "w.npy", scales: "s.npy" }, model.constants[1]] },
    'constant "w" is missing: there is no member s.npy',
  ],
  [
    "two constants in one member",
    { constants: [...model.constants, { name: "v", member: "w.npy" }] },
    'the "constants" of its model.json are malformed',
  ],
  [
    "scales that are the weights of another constant",
    { constants: [model.constants[0], { ...model.constants[1], scales: "w.npy" }] },
    'the "constants" of its model.json are malformed',
  ],
  [
    "a newer version",
    { version: 3 },
    "it has version 3 of the format, but this reader knows 2; use a newer kaffe",
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
    'node "a" (relu) reads "a", which nothing before it provides',
  ],
  [
    "a state that is no input",
    { states: [["conv", "conv"]] },
    '"conv" [1, 2, 3, 3] cannot be what "conv" [1, 2, 3, 3] is in the next run',
  ],
  [
    "a state of another shape",
    { states: [["data", "conv"]] },
    '"conv" [1, 2, 3, 3] cannot be what "data" [1, 2, 3, 4] is in the next run',
  ],
  [
    "a state without a value",
    { states: [["data"]] },
    'the "states" of its model.json are malformed',
  ],
  [
    "two values of one name",
    { inputs: [model.inputs[0], model.inputs[0]] },
    'two values are called "data"',
  ],
  [
    "an unknown op",
    { nodes: [{ op: "toString", name: "a", inputs: [], attributes: {} }] },
    'node "a" (toString) cannot be built: this runtime has no such op. If it is your own, give it: Network.load(bundle, { ops: [toString] }), or --layers; if not, make a runtime for this bundle with kaffe runtime',
  ],
  [
    "a node without inputs",
    { nodes: [{ op: "concat", name: "a", inputs: [], attributes: {} }] },
    'node "a" (concat) cannot be built: it has 0 inputs, but it needs at least 1',
  ],
  [
    "WGSL code as a setting",
    {
      nodes: [{
        op: "crop",
        name: "a",
        inputs: ["data", "data"],
        attributes: { offsets: ["0); } fn main() {", 0] },
      }],
    },
    'node "a" (crop) cannot be built: its offsets must be a list of integers, ' +
    'not ["0); } fn main() {",0]',
  ],
  [
    "a setting that is the runtime's own",
    {
      nodes: [{ op: "eltwise", name: "a", inputs: ["data"], attributes: { residual: true } }],
    },
    'node "a" (eltwise) cannot be built: its residual must be left out, not true',
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
    await assert.rejects(readChanged(change), {
      name: "TypeError",
      message: `Cannot read the bundle: ${state}`,
    });
  });
}

Deno.test("all names and outputs of a bundle may be constants", async () => {
  const { graph } = await readChanged({ names: [["w", "w"]], outputs: ["w"] });
  const value = namedValues(graph).get("w")!;
  const [result] = await runReference(graph, [new Random(1).tensor([1, 2, 3, 4])], [value]);
  assert.deepEqual(result, { shape: [2, 2, 1, 2], data: graph.constants.get(value) });
});

/** The path of every value in some JSON. */
function* pathsOf(json: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (path.length > 0) yield path;
  if (typeof json !== "object" || json === null) return;
  for (const [key, value] of Object.entries(json)) {
    yield* pathsOf(value, [...path, Array.isArray(json) ? Number(key) : key]);
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

Deno.test("readBundle() refuses or accepts any wrong value in model.json", async () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  await readChanged({});
  let read = 0, refused = 0;
  for (const path of pathsOf(model)) {
    for (const replacement of replacements) {
      const changed = structuredClone(model) as unknown as Record<string, unknown>;
      const parent = path.slice(0, -1).reduce((at, key) => at[key] as typeof changed, changed);
      const last = path.at(-1)!;
      if (replacement !== undefined) parent[last] = replacement;
      else if (Array.isArray(parent)) parent.splice(last as number, 1);
      else delete parent[last];
      try {
        const { graph } = await readBothWays(write(changed));
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

Deno.test("readBundle() refuses invalid and deeply nested JSON", async () => {
  const deep = "[".repeat(1e5) + "]".repeat(1e5);
  const nested = JSON.stringify({
    ...model,
    nodes: [{ op: "reshape", name: "a", inputs: ["data"], attributes: { shape: "HERE" } }],
  }).replace('"HERE"', deep);
  for (const text of ["", "{", "null", "5", '"kaffe"', "[]", deep, nested]) {
    await assert.rejects(readBothWays(write(text)), {
      name: "TypeError",
      message: /^Cannot read the bundle: /,
    });
  }
  await assert.rejects(readBothWays(join(writeNpz([]))), {
    message: "Cannot read the bundle: it has no model.json; was it made by kaffe?",
  });
});

Deno.test("the bytes of a bundle are not modified by scales of float32 weights", async () => {
  const numbers = new Random(3).tensor([2, 500]);
  const constants = [{ name: "w", member: "w.npy", scales: "s.npy" }];
  const nothing = { nodes: [], states: [], names: [], outputs: ["data"], preprocessing: null };
  const members = {
    [modelMember]: new TextEncoder().encode(JSON.stringify({ ...model, ...nothing, constants })),
    "w.npy": writeNpy(numbers),
    "s.npy": writeNpy({ shape: [2], data: Float32Array.of(2, -3) }),
  };
  const bytes = join(
    writeNpz(Object.entries(members).map(([name, bytes]) => ({ name, parts: [bytes] }))),
  );
  const before = bytes.slice();
  const { constants: read } = await readBothWays(bytes);
  assert.deepEqual(read.get("w")!.data, numbers.data.map((x, i) => x * (i < 500 ? 2 : -3)));
  assert.deepEqual(bytes, before);
});

for (
  const [what, ...shapes] of [
    ["no shape", undefined, [2, 3, 4]],
    ["more numbers than an array can have", [2, 2, 1, 2], [2 ** 30, 2 ** 30]],
    ["more numbers than any device holds", [2, 2, 1, 2], [2 ** 29 + 1]],
    ["a shape that does not fit", [7], [2, 3, 4]],
  ] as const
) {
  Deno.test(`no graph is made during the download with ${what}, but the bundle is read`, async () => {
    const constants = model.constants.map((constant, i) => ({ ...constant, shape: shapes[i] }));
    const bytes = write({ ...model, constants });
    assert((await arrivalOf(bytes)).graph === undefined);
    assert.equal((await readBothWays(bytes)).constants.get("w")!.data.length, 8);
  });
}

Deno.test("constants of another shape than announced are not uploaded", async () => {
  const [w, mean] = model.constants;
  const constants = [{ ...w, shape: [2, 2, 1, 2] }, { ...mean, shape: [24] }];
  const bytes = write({ ...model, constants });
  const { graph, numbers } = await arrivalOf(bytes, true);
  const received = await Promise.all([...graph!.constants.values()].map(numbers!));
  assert.deepEqual(received, [new Float32Array(8).fill(0.5), undefined]);
});

Deno.test("a file that is not a bundle yields no graph during the download", async () => {
  for (const bytes of [new Uint8Array(200), new Uint8Array(3), write(model).subarray(1)]) {
    assert.equal((await arrivalOf(bytes)).graph, undefined);
  }
});
