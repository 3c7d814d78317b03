/**
 * Crop without settings: at 0 as in Caffe, or aligned as in the forks of FCN, HED and U-Net.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import type { ConvertOptions } from "../../lib/convert_options.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";

/** The offsets of a network's crops, and what was warned of. */
function cropsOf(text: string, options: ConvertOptions = {}) {
  const warnings: string[] = [];
  const bytes = new TextEncoder().encode(text);
  const { graph } = convert({ bytes, name: "net.prototxt" }, {
    transforms: [],
    warn: (message) => warnings.push(message),
    ...options,
  });
  const offsets = graph.nodes.flatMap((node) =>
    node.op === "crop" ? [node.attributes.offsets] : []
  );
  return { offsets, warnings };
}

const input = `input: "data" input_shape { dim: 1 dim: 3 dim: 40 dim: 40 }\n`;

const layer = (type: string, bottoms: string, top: string, settings = "") =>
  `layer { name: "${top}" type: "${type}" ` +
  bottoms.split(" ").map((bottom) => `bottom: "${bottom}" `).join("") +
  `top: "${top}" ${settings} }\n`;

const convolve = (settings: string) => `convolution_param { num_output: 2 ${settings} }`;

/** As in HED: each side output is enlarged and cut to the picture. */
const hed = input +
  layer("Convolution", "data", "conv1", convolve("kernel_size: 3 pad: 35")) +
  layer("ReLU", "conv1", "relu1") +
  layer("Crop", "relu1 data", "side1") +
  layer("Pooling", "relu1", "pool1", "pooling_param { kernel_size: 2 stride: 2 }") +
  layer("Convolution", "pool1", "conv2", convolve("kernel_size: 3 pad: 1")) +
  layer("Deconvolution", "conv2", "up2", convolve("kernel_size: 4 stride: 2")) +
  layer("Crop", "up2 data", "side2") +
  layer("Pooling", "conv2", "pool2", "pooling_param { kernel_size: 2 stride: 2 }") +
  layer("Deconvolution", "pool2", "up4", convolve("kernel_size: 8 stride: 4")) +
  layer("Crop", "up4 data", "side4") +
  layer("Concat", "side1 side2 side4", "all");

Deno.test("a Crop without settings has offset 0, with a warning about forks", () => {
  const { offsets, warnings } = cropsOf(hed);
  assert.deepEqual(offsets, [[], [], []]);
  const told = (name: string, shift: number) =>
    `layer "${name}": its offset is 0, Caffe's default without a crop_param; the forks of FCN, HED ` +
    `and U-Net align both bottoms instead, here by ${shift}: if the network was made for one of ` +
    "them, set alignCrops: true";
  assert.deepEqual(warnings.filter((warning) => warning.includes("offset")), [
    told("side1", 34),
    told("side2", 35),
    told("side4", 36),
  ]);
});

Deno.test("a Crop without settings aligns its bottoms with alignCrops", () => {
  const { offsets, warnings } = cropsOf(hed, { alignCrops: true });
  assert.deepEqual(offsets, [[34, 34], [35, 35], [36, 36]]);
  assert.deepEqual(warnings.filter((warning) => warning.includes("offset")), []);
});

Deno.test("a V1 Crop aligns its bottoms, since only forks have it", () => {
  const v1 = hed.replaceAll(/layer \{/g, "layers {")
    .replaceAll(/type: "(\w+)"/g, (_, type: string) => `type: ${type.toUpperCase()}`);
  assert.deepEqual(cropsOf(v1).offsets, [[34, 34], [35, 35], [36, 36]]);
});

Deno.test("a Crop aligns cropped bottoms, and rows and columns separately", () => {
  const text = input +
    layer("Convolution", "data", "valid", convolve("kernel_h: 5 kernel_w: 9")) +
    layer("Convolution", "valid", "again", convolve("kernel_size: 3 dilation: 2")) +
    layer("Crop", "valid again", "cut") +
    layer("Crop", "data cut", "twice");
  assert.deepEqual(cropsOf(text, { alignCrops: true }).offsets, [[2, 2], [4, 6]]);
  // What its settings say counts, also if that is nothing.
  const said = text.replaceAll(/(type: "Crop".*) \}/g, "$1 crop_param {} }");
  const { offsets, warnings } = cropsOf(said, { alignCrops: true });
  assert.deepEqual(offsets, [[], []]);
  assert.deepEqual(warnings.filter((warning) => warning.includes("offset")), []);
});

Deno.test("a Crop of bottoms without a common origin or scale has offset 0", () => {
  const other = `input: "size" input_shape { dim: 1 dim: 2 dim: 9 dim: 9 }\n`;
  const halved = "pooling_param { kernel_size: 2 stride: 2 }";
  const text = input + other + layer("Crop", "data size", "cut") +
    layer("Pooling", "data", "half", halved) + layer("Crop", "data half", "corner");
  const { offsets, warnings } = cropsOf(text, { alignCrops: true });
  assert.deepEqual(offsets, [[], []]);
  assert.deepEqual(warnings, []);
});

const signal = numbers([2, 3, 7], 1);

testEverywhere("a Crop to a bottom with more axes reads its first extents", {
  text: `input: "x" input_shape { dim: 2 dim: 3 dim: 7 }
    input: "size" input_shape { dim: 1 dim: 2 dim: 4 dim: 9 }
    layer { name: "y" type: "Crop" bottom: "x" bottom: "size" top: "y"
      crop_param { axis: 1 offset: 1 offset: 2 } }`,
  inputs: [signal, numbers([1, 2, 4, 9], 2)],
  outputs: [tensorOf([2, 2, 4], (n, c, w) => at(signal, n!, c! + 1, w! + 2))],
});

testEverywhere("a Crop with center_align is around the centre, one step earlier if there are two", {
  text: `input: "x" input_shape { dim: 2 dim: 3 dim: 7 }
    input: "size" input_shape { dim: 1 dim: 1 dim: 4 }
    layer { name: "y" type: "Crop" bottom: "x" bottom: "size" top: "y"
      crop_param { axis: -2 offset: 0 center_align: true } }`,
  inputs: [signal, numbers([1, 1, 4], 2)],
  outputs: [tensorOf([2, 1, 4], (n, _c, w) => at(signal, n!, 1, w! + 1))],
});

const picture = numbers([2, 3, 5, 7], 1);
const oneBottom = (settings: string) =>
  `input: "x" input_shape { dim: 2 dim: 3 dim: 5 dim: 7 } ` + layer("Crop", "x", "y", settings);

testEverywhere("a Crop of one bottom, as in GLAD, is as large as its height and its weight", {
  text: oneBottom("crop_param { axis: 2 height: 2 weight: 4 offset: 1 offset: 3 }"),
  inputs: [picture],
  outputs: [tensorOf([2, 3, 2, 4], (n, c, h, w) => at(picture, n!, c!, h! + 1, w! + 3))],
});

testEverywhere("a Crop of one bottom from the channels on takes its weight for them as well", {
  text: oneBottom("crop_param { axis: 1 height: 5 weight: 2 offset: 0 }"),
  inputs: [picture],
  outputs: [tensorOf([2, 2, 5, 2], (n, c, h, w) => at(picture, n!, c!, h!, w!))],
});

Deno.test("a Crop of one bottom is refused without an extent, or beyond its bottom", () => {
  for (
    const [settings, message] of [
      ["", /it has 1 bottom, but it needs 2, or a height and a weight, which is GLAD's width/],
      ["crop_param { height: 3 }", /it has 1 bottom, but it needs 2, or a height and a weight/],
      [
        "crop_param { height: 3 weight: 4 offset: 4 }",
        /its range 4 to 7 does not lie within the 5 of axis 2/,
      ],
    ] as const
  ) {
    assert.throws(() => cropsOf(oneBottom(settings)), { message });
  }
});

Deno.test("a Crop to a bottom with fewer axes is refused, as by Caffe", () => {
  const text = `input: "x" input_shape { dim: 1 dim: 2 dim: 3 }
    input: "size" input_shape { dim: 1 dim: 2 } ` +
    layer("Crop", "x size", "y", "crop_param { axis: 1 }");
  assert.throws(() => cropsOf(text), {
    message: /its inputs are \[1, 2, 3\] and \[1, 2\], but they must not have fewer axes/,
  });
});
