import assert from "node:assert/strict";
import type { NetLayer, ParamField } from "../../lib/caffe/net.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { BlobProto, FillerParameter } from "../../lib/caffe/schema.ts";
import { encode } from "../../proto/encode_tree.ts";
import {
  bool,
  enumeration,
  float,
  int32,
  message,
  nested,
  repeated,
  string,
  uint32,
} from "../../proto/mod.ts";

const read = (text: string) => readNet(new TextEncoder().encode(text), { file: "net.prototxt" });

const pooling: ParamField<{ readonly pool: string; readonly kernel_size: readonly number[] }> = {
  name: "pooling_param",
  number: 121,
  message: message("PoolingParameter", {
    pool: enumeration(1, { MAX: 0, AVE: 1, STOCHASTIC: 2 }, "MAX"),
    kernel_size: repeated(uint32(2)),
  }),
};

const ConvolutionParameter = message("ConvolutionParameter", {
  num_output: uint32(1),
  bias_term: bool(2, true),
  pad: repeated(uint32(3)),
  kernel_size: repeated(uint32(4)),
  group: uint32(5, 1),
  stride: repeated(uint32(6)),
  weight_filler: nested(7, FillerParameter),
});
const convolution = { name: "convolution_param", number: 106, message: ConvolutionParameter };

const summary = ({ name, type, bottoms, tops }: NetLayer) =>
  `${name}: ${bottoms} -> ${type} -> ${tops}`;

Deno.test("readNet() reads the common fields of layers", () => {
  const { name, layers: [layer], state } = read(`
    name: "net" state { phase: TRAIN stage: "deploy" level: 2 }
    layer {
      name: "conv" type: "Convolution" bottom: "a" bottom: "b" top: "c" phase: TEST
      loss_weight: 0.5 param { name: "w" share_mode: PERMISSIVE lr_mult: 2 } param {}
      include { phase: TEST min_level: 1 stage: "x" stage: "y" } include { max_level: 3 }
      exclude { not_stage: "z" }
      transform_param { scale: 0.5 crop_size: 227 mean_file: "m" mean_value: 1 mean_value: 2 }
      blobs { shape { dim: 2 dim: 1 } data: 1 data: 2.5 }
    }`);
  assert.equal(name, "net");
  assert.deepEqual(state, { phase: "TRAIN", level: 2, stages: ["deploy"] });
  assert.equal(layer!.where, "net.prototxt:3:5");
  assert.equal(summary(layer!), "conv: a,b -> Convolution -> c");
  // Only saved networks have an effective phase.
  assert.equal(layer!.phase, undefined);
  assert.deepEqual(layer!.lossWeights, [0.5]);
  assert.deepEqual(layer!.params, [
    { name: "w", shareMode: "PERMISSIVE", learningRate: 2 },
    { name: "", shareMode: "STRICT", learningRate: 1 },
  ]);
  assert.deepEqual(layer!.include, [
    { phase: "TEST", minLevel: 1, maxLevel: undefined, stages: ["x", "y"], notStages: [] },
    { phase: undefined, minLevel: undefined, maxLevel: 3, stages: [], notStages: [] },
  ]);
  assert.deepEqual(layer!.exclude[0]!.notStages, ["z"]);
  assert.deepEqual(layer!.transform, {
    scale: 0.5,
    crop: [227, 227],
    cropVolume: undefined,
    meanFile: "m",
    meanValues: [1, 2],
    channels: undefined,
    resize: undefined,
  });
  assert.deepEqual(layer!.blobs, [
    { shape: [2, 1], legacy: false, data: new Float32Array([1, 2.5]) },
  ]);
});

Deno.test("readNet() decodes settings on demand", () => {
  const { layers: [a, b] } = read(`
    layer { name: "a" type: "Pooling" pooling_param { pool: AVE kernel_size: 3 } }
    layer { name: "b" type: "Pooling" }`);
  assert.deepEqual(a!.param(pooling), { pool: "AVE", kernel_size: [3] });
  assert.deepEqual(b!.param(pooling), { pool: "MAX", kernel_size: [] });
  assert.ok(a!.hasParam(pooling));
  assert.ok(!b!.hasParam(pooling));
  assert.ok(!a!.hasParam({ name: "toString", number: 0 }));
});

Deno.test("readNet() finds inputs anywhere in the file", () => {
  const inputs = (text: string) => read(text).inputs.map(({ name, shape }) => [name, shape]);
  assert.deepEqual(inputs("layer {} input: 'a' input_dim: [1, 2, 3, 4]"), [["a", [1, 2, 3, 4]]]);
  assert.deepEqual(inputs("layer {} input: 'a' input_dim: [1, 2, 3, 4, 5]"), [
    ["a", [1, 2, 3, 4, 5]],
  ]);
  assert.deepEqual(
    inputs("input: 'a' input_dim: [1, 2, 3, 4] input: 'b' input_dim: [5, 6, 7, 8]"),
    [["a", [1, 2, 3, 4]], ["b", [5, 6, 7, 8]]],
  );
  assert.deepEqual(inputs("input_shape { dim: 2 dim: 3 } input: 'a' input: 'b' input_shape {}"), [
    ["a", [2, 3]],
    ["b", []],
  ]);
  assert.deepEqual(inputs("input: 'a'"), [["a", undefined]]);
});

Deno.test("readNet() upgrades V1", () => {
  const net = read(`
    input: "data" input_dim: 1 input_dim: 3 input_dim: 9 input_dim: 9
    layers { name: "conv" type: CONVOLUTION bottom: "data" top: "conv" blobs_lr: 1 blobs_lr: 2
             param: "w" blob_share_mode: PERMISSIVE weight_decay: 0
             convolution_param { num_output: 4 kernel_size: 3 } include { phase: TEST } }
    layers { name: "pool" type: 17 bottom: "conv" top: "pool" pooling_param { pool: 1 } }
    layers { name: "loss" type: SOFTMAX_LOSS bottom: "pool" loss_weight: 2 exclude {} }
    layers { name: "up" type: UPSAMPLE } layers { name: "norm" type: BATCH_NORM }
    layers { name: "unit" type: NORMALIZE } layers { name: "faces" type: LOCAL }
    layers { name: "words" type: EMBED } layers { name: "frame" type: PADDING }
    layers { name: "weighed" type: SPATIAL_PRODUCT } layers { name: "crf" type: DENSE_CRF }
    layers { name: "shares" type: MULTI_SOFTMAX } layers { name: "small" type: RESIZE }
    layers { name: "other" type: 77 } layers { }`);
  assert.deepEqual(net.layers.map(summary), [
    "conv: data -> Convolution -> conv",
    "pool: conv -> Pooling -> pool",
    "loss: pool -> SoftmaxWithLoss -> ",
    "up:  -> Upsample -> ",
    "norm:  -> BatchNorm -> ",
    "unit:  -> Normalize -> ",
    "faces:  -> Local -> ",
    "words:  -> Embed -> ",
    "frame:  -> Padding -> ",
    "weighed:  -> SpatialProduct -> ",
    "crf:  -> DenseCRF -> ",
    "shares:  -> MultiSoftmax -> ",
    "small:  -> Resize -> ",
    "other:  -> 77 -> ",
    ":  ->  -> ",
  ]);
  const [conv, pool, loss] = net.layers;
  assert.deepEqual(conv!.params, [
    { name: "w", shareMode: "PERMISSIVE", learningRate: 1 },
    { name: "", shareMode: "STRICT", learningRate: 2 },
  ]);
  assert.deepEqual(conv!.param(convolution).kernel_size, [3]);
  assert.equal(conv!.include[0]!.phase, "TEST");
  assert.equal(pool!.param(pooling).pool, "AVE");
  assert.deepEqual(loss!.lossWeights, [2]);
  assert.equal(loss!.exclude.length, 1);
});

Deno.test("readNet() reads V1's field numbers", () => {
  const Layer = message("V1LayerParameter", {
    name: string(4),
    type: int32(5),
    pooling_param: nested(19, pooling.message),
    blobs_lr: repeated(float(7)),
    blobs: repeated(nested(6, BlobProto)),
  });
  const Net = message("NetParameter", { layers: repeated(nested(2, Layer)) });
  const file = encode(Net, {
    layers: [{
      name: "pool",
      type: 17,
      blobs_lr: [3],
      pooling_param: { pool: "AVE", kernel_size: [2] },
      blobs: [{ num: 1, channels: 1, height: 1, width: 2, data: new Float32Array([1, 2]) }],
    }],
  });
  const { layers: [layer] } = readNet(file, { file: "v1.caffemodel" });
  assert.equal(layer!.type, "Pooling");
  assert.ok(layer!.hasParam(pooling));
  assert.deepEqual(layer!.param(pooling), { pool: "AVE", kernel_size: [2] });
  assert.deepEqual(layer!.blobs[0]!.shape, [1, 1, 1, 2]);
  assert.ok(layer!.blobs[0]!.legacy);
  assert.ok(!layer!.hasParam({ name: "relu_param", number: 123 }));
});

Deno.test("readNet() moves transformations out of V1's data layers", () => {
  const { layers: [data, images, plain] } = read(`
    layers { type: DATA data_param { scale: 0.5 crop_size: 6 mean_file: "a" }
             transform_param { scale: 2 mean_value: 7 } }
    layers { type: IMAGE_DATA image_data_param { crop_size: 5 } }
    layers { type: DATA data_param { batch_size: 3 } }`);
  assert.deepEqual(data!.transform, {
    scale: 0.5,
    crop: [6, 6],
    cropVolume: undefined,
    meanFile: "a",
    meanValues: [7],
    channels: undefined,
    resize: undefined,
  });
  assert.deepEqual(images!.transform, {
    scale: 1,
    crop: [5, 5],
    cropVolume: undefined,
    meanFile: "",
    meanValues: [],
    channels: undefined,
    resize: undefined,
  });
  assert.equal(plain!.transform, undefined);
});

Deno.test("readNet() upgrades V0", () => {
  const net = read(`
    input: "data" input_dim: 1 input_dim: 3 input_dim: 9 input_dim: 9
    layers { layer { name: "pad" type: "padding" pad: 2 } bottom: "data" top: "padded" }
    layers { layer { name: "conv" type: "conv" num_output: 4 kernelsize: 5 stride: 2 biasterm: false
      weight_filler { type: "gaussian" std: 0.5 } blobs_lr: 3 } bottom: "padded" top: "conv" }
    layers { layer { name: "relu" type: "relu" } bottom: "conv" top: "conv" }
    layers { layer { name: "pool" type: "pool" pool: AVE kernelsize: 3 } bottom: "conv" top: "pool" }
    layers { layer { name: "data2" type: "data" scale: 0.5 meanfile: "m" cropsize: 8 } top: "x" }
    layers { layer { name: "data3" type: "data" batchsize: 2 } top: "y" }`);
  assert.deepEqual(net.layers.map(summary), [
    "conv: data -> Convolution -> conv",
    "relu: conv -> ReLU -> conv",
    "pool: conv -> Pooling -> pool",
    "data2:  -> Data -> x",
    "data3:  -> Data -> y",
  ]);
  const [conv, relu, pool, data, plain] = net.layers;
  const { weight_filler, ...settings } = conv!.param(convolution);
  assert.equal(weight_filler!.std, 0.5);
  assert.deepEqual(settings, {
    num_output: 4,
    bias_term: false,
    pad: [2],
    kernel_size: [5],
    group: 1,
    stride: [2],
  });
  assert.deepEqual(conv!.params.map(({ learningRate }) => learningRate), [3]);
  assert.ok(!relu!.hasParam({ name: "relu_param", number: 123 }));
  assert.deepEqual(pool!.param(pooling), { pool: "AVE", kernel_size: [3] });
  assert.deepEqual(data!.transform, {
    scale: 0.5,
    crop: [8, 8],
    cropVolume: undefined,
    meanFile: "m",
    meanValues: [],
    channels: undefined,
    resize: undefined,
  });
  assert.equal(plain!.transform, undefined);
});

Deno.test("readNet() refuses V0 padding that no layer supports", () => {
  const after = (layer: string) => `
    layers { layer { name: "pad" type: "padding" pad: 2 } bottom: "data" top: "padded" }
    layers { layer { name: "next" type: "${layer}" } bottom: "padded" top: "next" }`;
  assert.throws(() => read(after("relu")), {
    name: "SyntaxError",
    message: 'Cannot read net.prototxt:3:5: layer "next" (relu) follows a padding layer, ' +
      "but cannot pad",
  });
  assert.throws(
    () => read(after("padding")),
    /layer "next" is a padding layer after another, but only one is supported/,
  );
  assert.equal(read(after("pool")).layers.length, 1);
});

Deno.test("readNet() refuses `layer` beside `layers`", () => {
  assert.throws(() => read("layers { name: 'a' }\nlayer { name: 'b' }"), {
    name: "SyntaxError",
    message:
      'Cannot read net.prototxt:2:1: a "layer" beside "layers", which is the name of layers ' +
      "in the V1 format; a network has one format, so rewrite those of the other, or remove them",
  });
});

Deno.test("readNet() upgrades the learning rates of old BatchNorm layers", () => {
  const rates = (specs: number) =>
    read(`layer { type: "BatchNorm" ${"param { lr_mult: 1 }".repeat(specs)} }`)
      .layers[0]!.params.map(({ learningRate }) => learningRate);
  assert.deepEqual(rates(3), [0, 0, 0]);
  assert.deepEqual(rates(1), [1]);
});
