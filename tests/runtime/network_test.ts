import assert from "node:assert/strict";
import type { Network } from "../../runtime/mod.ts";
import { Sketch } from "../random.ts";
import { tensor } from "../tensor.ts";
import { bytesOf, load, numbers, rectified } from "./small_network.ts";

Deno.test("a network has a name, a device, inputs, outputs and named values", async () => {
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

Deno.test("run() returns any value by its name", async () => {
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

Deno.test("an input with one axis has no samples, so that it takes all of its numbers", async () => {
  const sketch = new Sketch();
  const graph = sketch.finish(sketch.add("abs", "a", [sketch.input("data", [3])], {}));
  const network = await load(bytesOf(graph));
  await assert.rejects(network.run({ data: [1, 2] }), {
    message: 'Cannot run network: input "data" has 2 numbers, but needs 3',
  });
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
    "a tensor of another size than its shape",
    [{ data: { shape: [1, 1, 2, 2], data: new Float32Array(3) } }],
    'Cannot run network: input "data" has 3 numbers, but its shape is [1, 1, 2, 2]',
  ],
  [
    "a tensor of negative extents",
    [{ data: { shape: [1, 1, -2, -3], data: new Float32Array(6) } }],
    'Cannot run network: input "data" has 6 numbers, but its shape is [1, 1, -2, -3]',
  ],
  [
    "a tensor with fewer axes",
    [{ data: { shape: [2, 3], data: new Float32Array(6) } }],
    'Cannot run network: input "data" is [2, 3], but needs 4 axes',
  ],
  [
    "a number in place of a tensor",
    [{ data: 5 as never }],
    'Cannot run network: input "data" is 5, not numbers or a tensor',
  ],
  ...([
    ["missing inputs", undefined, "undefined"],
    ["null", null, "null"],
    ["bare numbers", numbers, "[object Array]"],
  ] as const).map(([what, given, shown]): typeof failures[number] => [
    what,
    [given as never],
    `Cannot run network: its inputs are { data }, not ${shown}`,
  ]),
  ...([
    ["a promise", Promise.resolve(numbers), "[object Promise]"],
    ["bytes", new ArrayBuffer(24), "[object ArrayBuffer]"],
    ["a picture's name", "cat.jpg", "cat.jpg"],
    ["a tensor without numbers", { shape: [1, 1, 2, 3] }, "[object Object]"],
    ["a tensor without a shape", { shape: undefined, data: numbers }, "[object Object]"],
  ] as const).map(([what, data, shown]): typeof failures[number] => [
    what,
    [{ data: data as never }],
    `Cannot run network: input "data" is ${shown}, not numbers or a tensor`,
  ]),
  [
    "nested lists",
    [{ data: [[[[1, 4, 2], [0, 0, 7]]]] as never }],
    'Cannot run network: input "data" holds [object Array], not numbers or a tensor',
  ],
  [
    "a list with a gap",
    [{ data: [1, 4, 2, , 0, 7] as never }],
    'Cannot run network: input "data" holds undefined, not numbers or a tensor',
  ],
  [
    "a list with a string",
    [{ data: [1, 4, 2, 0, 0, "7"] as never }],
    'Cannot run network: input "data" holds 7, not numbers or a tensor',
  ],
  [
    "64-bit integers",
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
