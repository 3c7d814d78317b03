import assert from "node:assert/strict";
import { Network, type Source } from "../../runtime/mod.ts";
import type { Graph } from "../../runtime/graph.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { hasGpu } from "../gpu.ts";
import { join } from "../join.ts";
import { Random, Sketch } from "../random.ts";

const tensor = (shape: number[], ...numbers: number[]): Tensor => ({
  shape,
  data: Float32Array.from(numbers),
});

/** data [1, 1, 2, 3] ─► conv: right − left of two neighbours ─► relu */
function network(): Graph {
  const sketch = new Sketch();
  const conv = sketch.add("conv2d", "conv", [
    sketch.input("data", [1, 1, 2, 3]),
    sketch.constant("conv/weights", tensor([1, 1, 1, 2], -1, 1)),
  ], { output: 1, kernel: [1, 2], bias: false });
  return sketch.finish(sketch.add("relu", "relu", [conv], {}));
}

const numbers = [1, 4, 2, 0, 0, 7];
const rectified = tensor([1, 1, 2, 2], 3, 0, 0, 7);

const bytesOf = (graph: Graph) => join(writeBundle({ graph }));

const bytes = bytesOf(network());
const load = (source: Source = bytes) => Network.load(source, { device: "cpu" });

const claiming = (length: number) =>
  new Response(bytes, { headers: { "content-length": String(length) } });

const sources: Record<string, () => Source> = {
  bytes: () => bytes,
  "an ArrayBuffer": () => bytes.buffer,
  "a Blob": () => new Blob([bytes]),
  "a Response": () => new Response(bytes),
  "a Response that says its length": () => claiming(bytes.length),
  "a Response that claims to be shorter": () => claiming(5),
  "a Response that claims to be longer": () => claiming(1e6),
  "a ReadableStream": () => new Blob([bytes]).stream(),
  "a data: address": () => `data:application/zip;base64,${bytes.toBase64()}`,
  "a URL": () => new URL(`data:application/zip;base64,${bytes.toBase64()}`),
};

for (const [name, make] of Object.entries(sources)) {
  Deno.test(`Network.load() takes ${name}`, async () => {
    const stages: string[] = [];
    const network = await Network.load(make(), {
      device: "cpu",
      onProgress: ({ stage, done, total }) => stages.push(`${stage} ${done} of ${total}`),
    });
    assert.deepEqual((await network.run({ data: numbers })).relu, rectified);
    assert.equal(stages.at(-1), "read 1 of 1");
    const known = name === "a Blob" ? bytes.length : undefined;
    if (name.includes("Blob") || name.includes("Stream")) {
      assert.equal(stages.at(-2), `download ${bytes.length} of ${known}`);
    }
  });
}

Deno.test("Network.load() takes the address of a file", async () => {
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  try {
    await Deno.writeFile(path, bytes);
    const network = await load(new URL(`file://${path}`));
    assert.deepEqual((await network.run({ data: numbers })).relu, rectified);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("Network.load() says why an address cannot be fetched", async () => {
  await assert.rejects(load(new Response("", { status: 404, statusText: "Not Found" })), {
    name: "Error",
    message: /^Cannot fetch .*: the server answers 404 Not Found$/,
  });
});

Deno.test("a network has a name, inputs, outputs and labels", async () => {
  const network = await load();
  assert.equal(network.name, "sketch");
  assert.match(network.device, /^the CPU, (one thread|\d+ threads)$/);
  assert.deepEqual(network.inputs, [{ name: "data", shape: [1, 1, 2, 3] }]);
  assert.deepEqual(network.outputs, ["relu"]);
  assert.deepEqual(network.names, ["data", "conv", "relu"]);
});

Deno.test("run() takes plain and typed arrays, tensors, and more samples", async () => {
  const network = await load();
  const inputs = [numbers, Float32Array.from(numbers), Int8Array.from(numbers)];
  for (const data of [...inputs, tensor([1, 1, 2, 3], ...numbers)]) {
    assert.deepEqual(await network.run({ data }), { relu: rectified });
  }
  const { relu } = await network.run({ data: [...numbers, ...numbers] });
  assert.deepEqual(relu, tensor([2, 1, 2, 2], 3, 0, 0, 7, 3, 0, 0, 7));
});

Deno.test("run() takes pictures of another height and width", async () => {
  const data = tensor([1, 1, 1, 4], 1, 3, 2, 9);
  const { relu } = await (await load()).run({ data });
  assert.deepEqual(relu, tensor([1, 1, 1, 3], 2, 0, 7));
});

Deno.test("run() gives any value by its name", async () => {
  const outputs = ["conv", "data", "conv"];
  const results = await (await load()).run({ data: numbers }, { outputs });
  assert.deepEqual(Object.keys(results), ["conv", "data"]);
  assert.deepEqual(results.conv, tensor([1, 1, 2, 2], 3, -2, 0, 7));
  assert.deepEqual(results.data, tensor([1, 1, 2, 3], ...numbers));
});

Deno.test("run() accepts names of Object's properties", async () => {
  const sketch = new Sketch();
  const input = sketch.input("__proto__", [2]);
  const graph = sketch.finish(sketch.add("abs", "constructor", [input], {}), input);
  const network = await load(bytesOf(graph));
  const given = JSON.parse('{ "__proto__": [1, -2] }');
  const results = await network.run(given);
  assert.deepEqual(Object.getOwnPropertyNames(results), ["constructor", "__proto__"]);
  assert.deepEqual(results.constructor as unknown, tensor([2], 1, 2));
  await assert.rejects(network.run({}), { message: /input "__proto__" \[2\] is missing/ });
});

const failures: [string, Parameters<Network["run"]>, string][] = [
  ["a missing input", [{}], 'Cannot run network: input "data" [1, 1, 2, 3] is missing'],
  [
    "an input it does not have",
    [{ data: numbers, label: [1] }],
    'Cannot run network: it has no input "label"; its inputs are data',
  ],
  [
    "too many numbers",
    [{ data: [1, 2, 3, 4, 5, 6, 7] }],
    'Cannot run network: input "data" has 7 numbers, not a whole number of samples [1, 2, 3]',
  ],
  [
    "no numbers",
    [{ data: [] }],
    'Cannot run network: input "data" has 0 numbers, not a whole number of samples [1, 2, 3]',
  ],
  [
    "a tensor of another size than it says",
    [{ data: { shape: [1, 1, 2, 2], data: new Float32Array(3) } }],
    'Cannot run network: input "data" has 3 numbers, but its shape is [1, 1, 2, 2]',
  ],
  [
    "a tensor of negative extents",
    [{ data: { shape: [1, 1, -2, -3], data: new Float32Array(6) } }],
    'Cannot run network: input "data" has 6 numbers, but its shape is [1, 1, -2, -3]',
  ],
  [
    "something else",
    [{ data: 5 as never }],
    'Cannot run network: input "data" is 5, not numbers or a tensor',
  ],
  ...([
    ["nothing at all", undefined, "undefined"],
    ["null", null, "null"],
    ["bare numbers", numbers, "[object Array]"],
  ] as const).map(([what, given, said]): typeof failures[number] => [
    what,
    [given as never],
    `Cannot run network: its inputs are { data }, not ${said}`,
  ]),
  ...([
    ["a promise", Promise.resolve(numbers), "[object Promise]"],
    ["bytes", new ArrayBuffer(24), "[object ArrayBuffer]"],
    ["a picture's name", "cat.jpg", "cat.jpg"],
    ["a tensor without numbers", { shape: [1, 1, 2, 3] }, "[object Object]"],
    ["a tensor without a shape", { shape: undefined, data: numbers }, "[object Object]"],
  ] as const).map(([what, data, said]): typeof failures[number] => [
    what,
    [{ data: data as never }],
    `Cannot run network: input "data" is ${said}, not numbers or a tensor`,
  ]),
  [
    "lists in lists",
    [{ data: [[[[1, 4, 2], [0, 0, 7]]]] as never }],
    'Cannot run network: input "data" holds [object Array], not numbers or a tensor',
  ],
  [
    "a list with a gap",
    [{ data: [1, 4, 2, , 0, 7] as never }],
    'Cannot run network: input "data" holds undefined, not numbers or a tensor',
  ],
  [
    "a list with a text",
    [{ data: [1, 4, 2, 0, 0, "7"] as never }],
    'Cannot run network: input "data" holds 7, not numbers or a tensor',
  ],
  [
    "whole numbers of another kind",
    [{ data: new BigInt64Array(6) as never }],
    'Cannot run network: input "data" holds 0, not numbers or a tensor',
  ],
  [
    "a picture that is too small",
    [{ data: tensor([1, 1, 3, 1], 1, 2, 3) }],
    'Cannot run network: input "data" is [1, 1, 3, 1], not [1, 1, 2, 3]: Cannot run "conv" ' +
    "(conv2d): its kernel spans 2 columns, but the padded input has only 1",
  ],
  [
    "outputs that are no list",
    [{ data: numbers }, { outputs: "relu" as never }],
    "Cannot run network: outputs are names in a list, not relu",
  ],
  [
    "an unknown output",
    [{ data: numbers }, { outputs: ["prob"] }],
    'Cannot run network: it has no value "prob". Its outputs are relu; convert with --no-optimize ' +
    "to keep folded blobs",
  ],
];

for (const [what, given, message] of failures) {
  Deno.test(`run() refuses ${what}`, async () => {
    const network = await load();
    await assert.rejects(network.run(...given), { name: "TypeError", message });
    assert.deepEqual((await network.run({ data: numbers })).relu, rectified);
  });
}

Deno.test("run() refuses a destroyed network", async () => {
  const network = await load();
  network.destroy();
  network.destroy();
  await assert.rejects(network.run({ data: numbers }), {
    message: "Cannot run network: it was destroyed",
  });
});

function sum({ data }: Tensor): number {
  return data.reduce((total, number) => total + number, 0);
}

Deno.test({
  name: "runs at the same time on the GPU each get their own answer",
  ignore: !hasGpu,
  async fn() {
    const network = await Network.load(bytes);
    const runs = Array.from({ length: 20 }, (_, i) => network.run({ data: [0, i, 0, 0, 0, 0] }));
    const results = await Promise.all(runs);
    assert.deepEqual(results.map(({ relu }) => sum(relu!)), runs.map((_, i) => i));
    network.destroy();
  },
});

Deno.test({
  name: "more shapes than programs are kept run at the same time on the GPU",
  ignore: !hasGpu,
  async fn() {
    const network = await Network.load(bytes);
    for (let round = 0; round < 2; round++) {
      const results = await Promise.all(Array.from({ length: 24 }, (_, i) => {
        const shape = [1, 1, 1 + i % 12, 2];
        const data = Float32Array.from({ length: 2 * shape[2]! }, (_, at) => at % 2 * (i + 1));
        return network.run({ data: { shape, data } });
      }));
      results.forEach(({ relu }, i) => assert.equal(sum(relu!), (i + 1) * (1 + i % 12)));
    }
    network.destroy();
  },
});

Deno.test({
  name: "a network that is destroyed while it runs says so",
  ignore: !hasGpu,
  async fn() {
    const network = await Network.load(bytes);
    await network.run({ data: numbers });
    const runs = Array.from({ length: 3 }, () => network.run({ data: numbers }));
    network.destroy();
    for (const run of await Promise.allSettled(runs)) {
      if (run.status === "fulfilled") assert.deepEqual(run.value.relu, rectified);
      else assert.equal(run.reason.message, "Cannot run network: it was destroyed meanwhile");
    }
    await assert.rejects(network.run({ data: numbers }), { message: /it was destroyed$/ });
  },
});

Deno.test({
  name: "profile() tells how long each dispatch takes",
  ignore: !hasGpu,
  async fn() {
    const network = await Network.load(bytes, { device: "gpu" });
    const rows = await network.profile({ data: numbers });
    network.destroy();
    const what = rows.map(({ node, op, macs }) => ({ node, op, macs }));
    assert.deepEqual(what, [
      { node: "relu", op: "conv2d", macs: 8 },
      { node: "relu", op: "layout", macs: 0 },
    ]);
    for (const { milliseconds } of rows) {
      assert(milliseconds > 0 && milliseconds < 1000, `${milliseconds} ms`);
    }
  },
});

Deno.test("profile() on the CPU measures each kernel", async () => {
  const network = await load();
  const rows = await network.profile({ data: numbers });
  const known = { node: "relu", op: "conv2d" };
  assert.deepEqual(rows.map(({ milliseconds: _, ...what }) => what), [
    { ...known, variant: "convolve", macs: 8 },
    { ...known, variant: "move", macs: 0 },
  ]);
  for (const { milliseconds } of rows) assert(milliseconds > 0 && milliseconds < 1000);
});

for (const [device, ignore] of [["cpu", false], ["gpu", !hasGpu]] as const) {
  Deno.test({
    name: `profile() measures one run, whatever runs beside it, on the ${device}`,
    ignore,
    async fn() {
      const network = await Network.load(bytes, { device });
      const alone = (await network.profile({ data: numbers })).length;
      const run = async () => {
        for (let i = 0; i < 5; i++) {
          assert.deepEqual(await network.run({ data: numbers }), { relu: rectified });
        }
      };
      const profile = async () => (await network.profile({ data: numbers })).length;
      const [, first, second] = await Promise.all([run(), profile(), profile(), run(), run()]);
      assert.deepEqual([first, second, await profile()], [alone, alone, alone]);
      const late = profile();
      network.destroy();
      await assert.rejects(late, { message: "Cannot run network: it was destroyed meanwhile" });
    },
  });
}

Deno.test("profile() refuses plain loops", async () => {
  const network = await Network.load(bytes, { device: "reference" });
  await assert.rejects(network.profile({ data: numbers }), {
    message: 'Cannot profile the network: the device "reference" measures nothing',
  });
});

Deno.test({
  name: "shaders are compiled while the bundle comes",
  ignore: !hasGpu,
  async fn() {
    const sketch = new Sketch();
    const dense = sketch.add("dense", "dense", [
      sketch.input("data", [1, 300]),
      sketch.constant("weights", new Random(3).tensor([300, 300])),
    ], { output: 300, bias: false });
    const bytes = bytesOf(sketch.finish(dense));
    const compile = GPUDevice.prototype.createComputePipelineAsync;
    const { promise: compiled, resolve } = Promise.withResolvers<void>();
    // The last bytes come when there is a pipeline, and no earlier.
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
      const stream = new ReadableStream({
        async start(controller) {
          controller.enqueue(bytes.subarray(0, 1 << 18));
          await compiled;
          controller.enqueue(bytes.subarray(1 << 18));
          controller.close();
        },
      });
      return new Response(stream);
    });
    GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
      resolve();
      return compile.call(this, descriptor);
    };
    try {
      const network = await Network.load(`http://127.0.0.1:${server.addr.port}/`, {
        device: "gpu",
      });
      const result = await network.run({ data: new Float32Array(300) });
      assert.deepEqual(result, { dense: { shape: [1, 300], data: new Float32Array(300) } });
      network.destroy();
    } finally {
      GPUDevice.prototype.createComputePipelineAsync = compile;
      await server.shutdown();
    }
  },
});

Deno.test("without a GPU, loading fails at once, and nowhere else", async () => {
  const known = Object.getOwnPropertyDescriptor(globalThis, "navigator")!;
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  let cancelled = false;
  try {
    // The bundle never comes.
    const source = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    await assert.rejects(Network.load(source, { device: "gpu" }), {
      message: /^Cannot find a GPU/,
    });
  } finally {
    Object.defineProperty(globalThis, "navigator", known);
  }
  assert.ok(!cancelled);
});

Deno.test("a relative address outside a page is refused with a hint", async () => {
  await assert.rejects(Network.load("model.npz", { device: "cpu" }), {
    name: "TypeError",
    message:
      /^Cannot fetch model\.npz: .*; give a whole URL, new URL\(…, import\.meta\.url\), or in Node the/,
  });
  await assert.rejects(Network.load(new Response("", { status: 404 }), { device: "cpu" }), {
    message: /^Cannot fetch \[object Response\]: the server answers 404/,
  });
});

Deno.test("a cached file that is not a bundle is fetched again", async () => {
  const answers = [new TextEncoder().encode("<!doctype html>"), bytes];
  let asked = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    return new Response(answers[asked++]);
  });
  const cache = `kaffe test ${crypto.randomUUID()}`;
  const address = `http://127.0.0.1:${server.addr.port}/model.npz`;
  try {
    const load = () => Network.load(address, { device: "cpu", cache });
    await assert.rejects(load, { message: /^Cannot read/ });
    for (let again = 0; again < 2; again++) {
      assert.deepEqual((await (await load()).run({ data: numbers })).relu, rectified);
      // It is kept while the network is used already.
      const kept = await caches.open(cache);
      while (await kept.match(address) === undefined) await new Promise((go) => setTimeout(go, 1));
    }
    assert.equal(asked, 2);
  } finally {
    await caches.delete(cache);
    await server.shutdown();
  }
});

Deno.test("a caller may overwrite the inputs of a run", async () => {
  const network = await load();
  const data = new Float32Array(6), runs: Promise<Record<string, Tensor>>[] = [];
  for (let i = 1; i < 4; i++) {
    data.set([0, i, 0, 0, 0, 0]);
    runs.push(network.run({ data }));
  }
  const results = await Promise.all(runs);
  assert.deepEqual(results.map(({ relu }) => relu!.data[0]), [1, 2, 3]);
});
