import assert from "node:assert/strict";
import { selectLayers } from "../../lib/caffe/phase.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { unknownFields } from "../../lib/caffe/unknown_fields.ts";
import { layerParam, writeCaffemodel } from "../../lib/caffe/write.ts";
import { enumeration, message, repeated, uint32 } from "../../proto/mod.ts";

const convolution = {
  name: "convolution_param",
  number: 106,
  message: message("ConvolutionParameter", {
    num_output: uint32(1),
    kernel_size: repeated(uint32(4)),
    engine: enumeration(15, { DEFAULT: 0, CAFFE: 1, CUDNN: 2 }, "DEFAULT"),
  }),
};

const caffemodel = writeCaffemodel({
  name: "net",
  layers: ["conv1", "__proto__", "constructor"].map((name) => ({
    name,
    type: "Convolution",
    bottoms: ["data"],
    tops: [name],
    blobs: [
      { shape: [2, 1, 1, 2], data: new Float32Array([1, 2, 3, 4]) },
      { shape: [2], data: new Float32Array([5, 6]) },
    ],
    params: [layerParam(convolution, { num_output: 2, kernel_size: [1, 2] })],
  })),
});

const v1 = `
name: "net" input: "data" input_dim: 1 input_dim: 1 input_dim: 4 input_dim: 4
layers { name: "conv1" type: CONVOLUTION bottom: "data" top: "conv1" blobs_lr: 1.
  convolution_param { num_output: 0x2 kernel_size: [1, 2] } # comment
  blobs { num: 1 channels: 1 height: 1 width: 2 data: 1.5e0 data: -2f } include: { phase: TEST } }
layers < name: "__proto__" type: 18 bottom: 'con' "v1" top: "\\x61" >;`;
const v0 = `layers { layer { name: "pad" type: "padding" pad: 1 } bottom: "a" top: "b" }
layers { layer { name: "c" type: "conv" num_output: 2 kernelsize: 3 } bottom: "b" top: "c" }`;
const current = `layer { name: "a" type: "ReLU" convolution_param { engine: CAFFE } exclude { } }`;

/** Everything that a converter does with a file before it knows any type of layer. */
function readAll(file: Uint8Array): void {
  const net = readNet(file, { file: "net" });
  const selected = selectLayers(net, { phase: "TEST", level: 0, stages: [] });
  for (const layer of selected.layers) layer.param(convolution);
  unknownFields(selected);
}

/** Reads a broken file: it must give a network or one clear error, and that soon. */
function survive(file: Uint8Array): void {
  const start = performance.now();
  try {
    readAll(file);
  } catch (error) {
    assert.ok(error instanceof SyntaxError || error instanceof TypeError, String(error));
    assert.match(error.message, /^Cannot (read|convert) /, error.stack ?? "");
  }
  assert.ok(performance.now() - start < 1000);
}

/** Numbers that look random, and are the same in each run. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed;;) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    yield (state ^ (state >>> 13)) >>> 0;
  }
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const files: Readonly<Record<string, Uint8Array>> = {
  caffemodel,
  "V1 prototxt": bytesOf(v1),
  "V0 prototxt": bytesOf(v0),
  prototxt: bytesOf(current),
};

for (const [name, file] of Object.entries(files)) {
  Deno.test(`hostile: every truncation of a ${name} is survived`, () => {
    readAll(file);
    for (let length = 0; length < file.length; length++) survive(file.slice(0, length));
  });

  Deno.test(`hostile: a ${name} with flipped bits is survived`, () => {
    const random = randomNumbers(name.length);
    for (let i = 0; i < 3000; i++) {
      const broken = file.slice();
      const flips = 1 + i % 3;
      for (let flip = 0; flip < flips; flip++) {
        const bit = random.next().value % (8 * file.length);
        broken[bit >> 3]! ^= 1 << (bit & 7);
      }
      survive(broken);
    }
  });
}

Deno.test("hostile: random bytes are survived", () => {
  const random = randomNumbers(7);
  for (let i = 0; i < 3000; i++) {
    const length = random.next().value % 64;
    survive(Uint8Array.from({ length }, () => random.next().value));
  }
});

Deno.test("hostile: Object.prototype is as it was", () => {
  const names = () => Object.getOwnPropertyNames(Object.prototype).join();
  const before = names();
  const text = `layer { name: "__proto__" type: "constructor" top: "__proto__"
    __proto__ { polluted: 1 } constructor { prototype { polluted: 1 } } toString: 1 }
    __proto__ { polluted: 1 }`;
  const net = readNet(bytesOf(text));
  assert.equal(net.layers[0]!.name, "__proto__");
  assert.equal(unknownFields(net).length, 4);
  assert.equal(names(), before);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

Deno.test("hostile: shapes larger than the file allocate nothing", () => {
  const blob = (shape: string) => `layer { name: "a" blobs { ${shape} data: 1 } }`;
  for (
    const shape of [
      "shape { dim: 9007199254740991 dim: 9007199254740991 }",
      "shape { dim: 4000000000 }",
      "num: 2147483647 channels: 2147483647 height: 2147483647 width: 2147483647",
      "shape { dim: -1 dim: -1 }",
      `shape { dim: [${Array(1000).fill(2147483647)}] }`,
    ]
  ) {
    assert.throws(() => readNet(bytesOf(blob(shape))), {
      name: "SyntaxError",
      message: /^Cannot read .*: blob 0 of layer "a" /,
    });
  }
});

Deno.test("hostile: nesting bombs are refused, or not read to their end", () => {
  for (const part of ["layer {", "layer { blobs { shape <"]) {
    assert.throws(() => readAll(bytesOf(part.repeat(1e5))), /more than 100 nested messages/);
  }
  assert.throws(() => readAll(bytesOf("layer [".repeat(1e5))), /expected "," or "\]"/);
  let nested = new Uint8Array(0);
  for (let depth = 0; depth < 30; depth++) {
    nested = Uint8Array.from([0x12, nested.length, ...nested]);
  }
  survive(nested);
});

Deno.test("hostile: a hundred thousand layers are read in bounded time", () => {
  const layer = 'layer { name: "a" type: "ReLU" bottom: "a" top: "a" unknown_field: 1 }\n';
  const start = performance.now();
  const net = readNet(bytesOf(layer.repeat(1e5)));
  assert.equal(net.layers.length, 1e5);
  assert.equal(unknownFields(net).length, 101);
  assert.ok(performance.now() - start < 20_000);
});
