/** Options that types rule out are refused in JavaScript too. */
import assert from "node:assert/strict";
import {
  convert,
  type ConvertOptions,
  readMean,
  readWeights,
  upgrade,
  writeBundle,
  writeGraphModel,
  writeOnnx,
  writeSource,
} from "../mod.ts";

const text = `input: "data" input_shape { dim: 1 dim: 3 dim: 4 dim: 4 }
  layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`;
const bytes = new TextEncoder().encode(text);
const network = { bytes, name: "net.prototxt" };

const options: readonly (readonly [object, string])[] = [
  [
    { phase: "test" },
    'convert the network: phase is "test", but must be one of "TRAIN", "TEST" (did you mean "TEST"?)',
  ],
  [
    { transforms: ["fold"] },
    'convert the network: transforms is "fold", but must be one of "dropDead", "toAffine", ' +
    '"foldAffine" (did you mean "foldAffine"?)',
  ],
  [{ transforms: "all" }, 'convert the network: transforms is "all", but must be an array'],
  [
    { cafemodel: network },
    'convert the network: there is no option "cafemodel" (did you mean "caffemodel"?); the options ' +
    "are caffemodel, phase, level, stages, inputShapes, outputs, preprocessing, labels, inject, " +
    "layers, alignCrops, transforms, deferWeights, warn",
  ],
  [
    { inputShapes: { data: [1] } },
    'convert the network: inputShapes is {"data":[1]}, but must be a Map from the names of inputs to ' +
    "their shapes",
  ],
  [
    { preprocessing: { meanValues: [104, 117, 123] } },
    'prepare pictures: there is no option "meanValues"; the options are channelOrder, resize, crop, ' +
    "mean, meanImage, scale",
  ],
  [
    { preprocessing: { channelOrder: "RGB" } },
    'prepare pictures: channelOrder is "RGB", but must be one of "bgr", "rgb" (did you mean "rgb"?)',
  ],
  [
    { preprocessing: { resize: [28, 28] } },
    "prepare pictures: resize is [28,28], but must be { exact: [height, width] } or { short: length }",
  ],
  [
    { preprocessing: { crop: 28 } },
    "prepare pictures: crop is 28, but must be [height, width]",
  ],
  [
    { preprocessing: { mean: [1, "2"] } },
    'prepare pictures: mean is [1,"2"], but must be an array of numbers in float32',
  ],
  [
    { preprocessing: { meanImage: [1] } },
    "prepare pictures: meanImage is [1], but must be a shape and the numbers in a Float32Array",
  ],
  [
    { preprocessing: { mean: [1], meanImage: { shape: [1], data: Float32Array.of(2) } } },
    "prepare pictures: mean is [1], but must be left out beside a meanImage",
  ],
  [
    { preprocessing: { mean: [1, 1e39] } },
    "prepare pictures: mean is [1,1e+39], but must be an array of numbers in float32",
  ],
  ...[["1", '"1"'], [NaN, "NaN"], [Infinity, "Infinity"], [1e39, "1e+39"], [1e-50, "1e-50"]].map(
    ([scale, shown]) =>
      [
        { preprocessing: { scale } },
        `prepare pictures: scale is ${shown}, but must be a number other than 0 in float32`,
      ] as const,
  ),
];

for (const [given, message] of options) {
  Deno.test(`convert() refuses ${JSON.stringify(given)}`, () => {
    assert.throws(() => convert(network, given as ConvertOptions), {
      name: "TypeError",
      message: `Cannot ${message}`,
    });
  });
}

const files: readonly (readonly [string, unknown, string])[] = [
  [
    "a text",
    text,
    "it is a string, but must be given as { bytes, name }, the bytes as " +
    "new TextEncoder().encode(text)",
  ],
  [
    "bytes alone",
    bytes,
    "it is of the class Uint8Array, but must be given as { bytes, name }",
  ],
  [
    "a File",
    new File([], "net.prototxt"),
    "it is of the class File, but must be given as { bytes, name }, the bytes as " +
    "new Uint8Array(await file.arrayBuffer())",
  ],
  [
    "an ArrayBuffer",
    { bytes: bytes.buffer, name: "net.prototxt" },
    "it is of the class ArrayBuffer, but must be given as { bytes, name }, the bytes as " +
    "new Uint8Array(buffer)",
  ],
  ["nothing", undefined, "it is undefined, but must be given as { bytes, name }"],
  ["no name", { bytes }, "it has bytes, but no name, which messages need; it may be any text"],
];

for (const [what, given, message] of files) {
  Deno.test(`a conversion refuses ${what} in place of a file`, () => {
    for (const convertIt of [convert, (file: never) => [...upgrade(file)]]) {
      assert.throws(() => convertIt(given as never), {
        name: "TypeError",
        message: `Cannot read the network: ${message}`,
      });
    }
    if (given === undefined) return;
    assert.throws(() => convert(network, { caffemodel: given as never }), {
      message: `Cannot read the caffemodel: ${message}`,
    });
  });
}

Deno.test("writers refuse unknown storage formats of weights", () => {
  const model = convert(network);
  const refused = (of: string, known: string) => ({
    name: "TypeError",
    message: `Cannot write the ${of}: weights is "fp16", but must be one of ${known}`,
  });
  assert.throws(
    () => [...writeBundle(model, { weights: "fp16" as never })],
    refused("bundle", '"float32", "float16", "int8"'),
  );
  assert.throws(
    () => writeGraphModel(model, { weights: "fp16" as never }),
    refused("graph model", '"float32", "float16", "uint8"'),
  );
});

Deno.test("an upgrade refuses an unknown format", () => {
  assert.throws(() => [...upgrade(network, { format: "prototxt" as never })], {
    name: "TypeError",
    message:
      'Cannot upgrade the network: format is "prototxt", but must be one of "text", "binary"',
  });
});

Deno.test("writers refuse unknown options", () => {
  const model = convert(network);
  const misspelt = { weigths: "float16" } as never;
  const instead = 'there is no option "weigths" (did you mean "weights"?); ';
  const one = `${instead}only weights`;
  const writers: readonly (readonly [string, () => unknown, string])[] = [
    [
      "write the bundle",
      () => [...writeBundle(model, misspelt)],
      `${instead}the options are weights, onRounded, rewrite, compressor`,
    ],
    ["write the ONNX model", () => [...writeOnnx(model, misspelt)], one],
    ["write the graph model", () => writeGraphModel(model, misspelt), one],
    [
      "write the class",
      () => writeSource(model, { name: "Net" } as never),
      'there is no option "name"; the options are className, runtime, ops',
    ],
    [
      "upgrade the network",
      () => [...upgrade(network, misspelt)],
      `${instead}the options are format, layers, weights, inject, warn`,
    ],
  ];
  for (const [doing, write, message] of writers) {
    assert.throws(write, { name: "TypeError", message: `Cannot ${doing}: ${message}` });
  }
});

Deno.test("weights and means must be passed as bytes", () => {
  assert.throws(() => readWeights(bytes.buffer as never, "a.caffemodel"), {
    name: "TypeError",
    message:
      "Cannot read a.caffemodel: it is of the class ArrayBuffer, but must be given as new Uint8Array(buffer)",
  });
  assert.throws(() => readMean(undefined as never), {
    name: "TypeError",
    message: "Cannot read the mean image: it is undefined, but must be given as a Uint8Array",
  });
});
