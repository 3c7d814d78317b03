/**
 * Whole conversions of invalid files: they give a model or one clear error, in bounded time.
 */
import assert from "node:assert/strict";
import { convert } from "../lib/convert.ts";
import { writeBundle } from "../lib/emit/bundle.ts";
import { writeSource } from "../lib/emit/source.ts";
import { layers } from "../lib/layers/mod.ts";
import type { Model } from "../lib/model.ts";
import { inputText } from "./input_text.ts";
import { Random } from "./random.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function convertAll(prototxt: Uint8Array, caffemodel?: Uint8Array): Model {
  const model = convert({ bytes: prototxt, name: "net.prototxt" }, {
    caffemodel: caffemodel && { bytes: caffemodel, name: "net.caffemodel" },
  });
  if (model.untrained.length === 0) { for (const _ of writeBundle(model)); }
  writeSource(model);
  return model;
}

/** The message of the error about an invalid network, or `undefined` if it is converted. */
function errorOf(prototxt: Uint8Array, caffemodel?: Uint8Array, limit = 2000): string | undefined {
  const start = performance.now();
  try {
    convertAll(prototxt, caffemodel);
    return undefined;
  } catch (error) {
    const known = error instanceof SyntaxError || error instanceof TypeError ||
      error instanceof RangeError;
    assert(
      known && /^(Cannot |net\.\w+:\d+:\d+)/.test(error.message),
      (error as Error).stack ?? "",
    );
    assert.doesNotMatch(error.message, /Cannot (read properties|destructure)|undefined/);
    assert(error.message.length < 5000, `a message of ${error.message.length} characters`);
    return error.message;
  } finally {
    const took = performance.now() - start;
    assert(took < limit, `it took ${took} ms`);
  }
}

const input = (...shape: number[]) => inputText("data", shape);
const layer = (type: string, rest = "", name = "x", bottom = "data") =>
  `layer { name: "${name}" type: "${type}" bottom: "${bottom}" top: "${name}" ${rest} }\n`;
const image = input(1, 3, 8, 9);
const constant = 'weight_filler { type: "constant" value: 1 }';

const regions = (settings: string) =>
  input(1, 4, 3, 3) + input(1, 8, 3, 3).replaceAll("data", "deltas") +
  input(1, 3).replaceAll("data", "info") +
  layer("Proposal", settings)
    .replace('bottom: "data"', 'bottom: "data" bottom: "deltas" bottom: "info"');

const impossible: Record<string, string> = {
  "more outputs than fit": image +
    layer("Convolution", `convolution_param { num_output: 4000000000 kernel_size: 1 ${constant} }`),
  "more dense outputs than fit": image +
    layer("InnerProduct", `inner_product_param { num_output: 4000000000 ${constant} }`),
  "a kernel of 2^31": image +
    layer("Convolution", "convolution_param { num_output: 1 kernel_size: 2147483648 }"),
  "a pooling kernel of 2^31": image +
    layer("Pooling", "pooling_param { kernel_size: 2147483648 stride: 1 }"),
  "padding of four billion": image +
    layer("Convolution", "convolution_param { num_output: 1 kernel_size: 1 pad: 4294967295 }"),
  "a stride of 0": image +
    layer("Convolution", "convolution_param { num_output: 1 kernel_size: 1 stride: 0 }"),
  "a dilation of four billion": image +
    layer("Convolution", "convolution_param { num_output: 1 kernel_size: 3 dilation: 4294967295 }"),
  "an input of 2^60 numbers": input(1073741824, 1073741824) + layer("ReLU"),
  "an input without elements": input(1, 0, 3) + layer("ReLU"),
  "an input of negative extents": input(-1, -3) + layer("ReLU"),
  "a shape that overflows": image +
    layer("Reshape", `reshape_param { shape { ${"dim: 2147483647 ".repeat(40)} } }`),
  "a shape that never fits": image +
    layer("Reshape", "reshape_param { shape { dim: 0 dim: -1 dim: 7 } }"),
  "an axis beyond the last": image + layer("Softmax", "softmax_param { axis: 2147483647 }"),
  "a slice beyond the end": image +
    'layer { name: "s" type: "Slice" bottom: "data" top: "a" top: "b" ' +
    "slice_param { slice_point: 4294967295 } }",
  "tops that need each other": image +
    'layer { name: "a" type: "Eltwise" bottom: "b" bottom: "data" top: "a" }' +
    layer("ReLU", "", "b", "a"),
  "a layer that reads itself": image + layer("ReLU", "", "y", "y"),
  "a blob with fewer numbers than its shape": image +
    layer(
      "Convolution",
      "convolution_param { num_output: 1 kernel_size: 1 bias_term: false } " +
        "blobs { shape { dim: 1 dim: 3 dim: 1000000 dim: 1000000 } data: 1 }",
    ),
  "blobs of another shape": image +
    layer(
      "Convolution",
      "convolution_param { num_output: 1 kernel_size: 1 bias_term: false } " +
        "blobs { shape { dim: 3 dim: 1 dim: 1 dim: 1 } data: [1, 2, 3] }",
    ),
  "a tensor that is too large": image +
    layer("DummyData", "dummy_data_param { shape { dim: 100000 dim: 100000 } }")
      .replace('bottom: "data"', ""),
  "a block of two billion layers": image +
    layer("DenseBlock", "denseblock_param { numTransition: 2000000000 growthRate: 1 }"),
  "an index of 300,000 classes as one-hot rows": image +
    layer("OneHot", "one_hot_param { depth: 300000 }"),
  "rows that are resized by a matrix to 400 million": image +
    layer("Resize", "resize_param { height: 400000000 width: 8 crop: 1 }"),
  "rows that are interpolated between 90,000 others": input(1, 1, 100000, 1) +
    input(1, 1, 90000, 1).replaceAll("data", "small") +
    layer("Upsample").replace('bottom: "data"', 'bottom: "data" bottom: "small"'),
  "200,000 steps of which each decides about all": input(200000, 1, 3) +
    input(200000, 1).replaceAll("data", "markers") +
    layer("CTCGreedyDecoder").replace('bottom: "data"', 'bottom: "data" bottom: "markers"'),
  "two billion bins of a region": image + input(3, 5).replaceAll("data", "boxes") +
    layer("ROIAlignment", "roi_alignment_param { pooled_h: 40000 pooled_w: 40000 }")
      .replace('bottom: "data"', 'bottom: "data" bottom: "boxes"'),
  "prior boxes of four billion rows a cell": image.replaceAll("data", "picture") + image +
    layer("PriorBox", "prior_box_param { fixed_size: 32 density: 4000000000 }")
      .replace('bottom: "data"', 'bottom: "data" bottom: "picture"'),
  "anchors of a ratio of 0": regions("proposal_param { ratio: 0 ratio: 1 scale: 1 }"),
  "anchors of an infinite scale": regions("proposal_param { ratio: 1 scale: 1 scale: inf }"),
  "two billion samples in a bin": image + input(3, 5).replaceAll("data", "boxes") +
    layer("ROIAlign", "roi_align_param { pooled_h: 1 pooled_w: 1 sampling_ratio: 2000000000 }")
      .replace('bottom: "data"', 'bottom: "data" bottom: "boxes"'),
  "an overlap of boxes that is no number": input(1, 4) + input(1, 2).replaceAll("data", "scores") +
    input(1, 2, 4).replaceAll("data", "priors") +
    layer("DetectionOutput", "detection_output_param { num_classes: 2 nms_threshold: nan }")
      .replace('bottom: "data"', 'bottom: "data" bottom: "scores" bottom: "priors"'),
  "a negative padding of volumes": input(1, 1, 3, 4, 5) +
    layer(
      "NdConvolution",
      "convolution_param { num_output: 1 kernel_shape { dim: 1 dim: 1 dim: 1 } " +
        `pad_shape { dim: -1 dim: 0 dim: 0 } ${constant} }`,
    ),
  "a mean of three channels for two": input(1, 2, 4, 4) +
    layer("DataAugmentation", "augmentation_param { mean_per_pixel: false mean: [1, 2, 3] }"),
  "a type with the name of a property of Object": image + layer("constructor"),
  "an empty file": "",
};

for (const [what, text] of Object.entries(impossible)) {
  Deno.test(`a conversion refuses ${what}`, () => {
    const message = errorOf(bytesOf(text));
    assert.match(message ?? "it was converted", /^Cannot (convert|read) /);
  });
}

Deno.test("any setting of any layer may be four billion", () => {
  for (const { type, param } of layers.values()) {
    for (const [field, { defaultValue }] of Object.entries(param?.message.fields ?? {})) {
      if (typeof defaultValue === "string" || typeof defaultValue === "boolean") continue;
      const one = image + layer(type, `${param!.name} { ${field}: 4294967295 }`);
      const two = one.replace('bottom: "data"', 'bottom: "data" bottom: "data"');
      for (const text of [one, two]) errorOf(bytesOf(text));
    }
  }
});

Deno.test("any layer with any setting may have bottoms without channels, or with many axes", () => {
  for (const { type, param } of layers.values()) {
    const fields = Object.entries(param?.message.fields ?? {})
      .filter(([, { defaultValue }]) => !/string|boolean/.test(typeof defaultValue))
      .map(([field]) => `${param!.name} { ${field}: 2 }`);
    for (const settings of ["", ...fields]) {
      for (const shape of [[], [2], [2, 3], [1, 2, 3, 4, 5]]) {
        errorOf(bytesOf(input(...shape) + layer(type, settings)));
      }
    }
  }
});

Deno.test("names of Object's properties are ordinary names", () => {
  const names = ["__proto__", "constructor", "hasOwnProperty", "toString"];
  let text = image, bottom = "data";
  for (const name of names) {
    text += layer("Power", "power_param { power: 2 }", name, bottom);
    bottom = name;
  }
  const { graph } = convertAll(bytesOf(text));
  assert.deepEqual(graph.nodes.map(({ output }) => output.name), names);
  assert.deepEqual(graph.outputs, ["toString"]);
});

const long: Record<string, (i: number) => string> = {
  "layers in place": (i) =>
    layer("ReLU", "", `r${i}`, "data").replace(`top: "r${i}"`, 'top: "data"'),
  "layers in a chain": (i) => layer("ReLU", "", `r${i}`, i === 0 ? "data" : `r${i - 1}`),
  "layers of one name": (i) =>
    layer("Power", "power_param { scale: 2 }", "r", i === 0 ? "data" : `t${i - 1}`)
      .replace('top: "r"', `top: "t${i}"`),
  "layers that all read the input": (i) => layer("TanH", "", `t${i}`),
};

/** How long the conversion of some layers takes, in milliseconds. */
function timeOf(make: (i: number) => string, count: number): number {
  const text = image + Array.from({ length: count }, (_, i) => make(i)).join("");
  const start = performance.now();
  const { graph } = convert({ bytes: bytesOf(text), name: "net.prototxt" });
  assert(graph.nodes.length > 0);
  return performance.now() - start;
}

for (const [what, make] of Object.entries(long)) {
  Deno.test(`a hundred thousand ${what} take bounded time`, () => {
    // They take about ten times as long as a tenth of them; what grows by the square takes a hundred
    // times as long. A machine that is busy for a while delays one measurement, but not three.
    const ratios: number[] = [];
    while (ratios.length < 3) {
      const tenth = timeOf(make, 1e4);
      ratios.push(timeOf(make, 1e5) / tenth);
      if (ratios.at(-1)! < 30) return;
    }
    assert.fail(`they took ${ratios.map(Math.round).join(", ")} times as long as a tenth`);
  });
}

const folder = new URL("goldens/layers/", import.meta.url);
const networks = [
  "block_resnet",
  "bn_scale_relu_inplace",
  "cm_plain",
  "cm_v0_binary",
  "cm_v1_binary",
  "deconv_group2",
  "names_proto_keys",
  "prelu_shared",
  "conv_group2",
  "cm_shared_conflict",
];

for (const name of networks) {
  Deno.test(`${name} with flipped bytes gives a model or one clear error`, () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    const read = (file: string) => Deno.readFileSync(new URL(`${name}/${file}`, folder));
    const prototxt = read("net.prototxt"), caffemodel = read("net.caffemodel");
    assert.equal(errorOf(prototxt, caffemodel), undefined);
    const random = new Random(name.length);
    const flipped = (bytes: Uint8Array) => {
      const broken = bytes.slice();
      const flips = 1 + random.below(3);
      for (let i = 0; i < flips; i++) broken[random.below(bytes.length)] = random.below(256);
      return broken;
    };
    let refused = 0;
    for (let i = 0; i < 150; i++) {
      if (errorOf(flipped(prototxt), caffemodel) !== undefined) refused++;
      if (errorOf(prototxt, flipped(caffemodel)) !== undefined) refused++;
    }
    assert(refused > 10, `only ${refused} were refused`);
    assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), before);
  });
}
