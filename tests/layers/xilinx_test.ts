/**
 * Layers of Xilinx's Caffe, of its predecessor for DenseBox, and of RealSR.
 */
import assert from "node:assert/strict";
import type { Shape4, Tensor } from "../../runtime/tensor.ts";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { inputText } from "../input_text.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor } from "./harness.ts";
import { blob, runText } from "./text_layer.ts";

/** Tests a network of one layer on all engines. */
function everywhere(
  does: string,
  layer: string,
  input: Tensor,
  output: Tensor,
  blobs?: Readonly<Record<string, Tensor>>,
): void {
  testEverywhere(does, {
    text: `${inputText("x", input.shape)}
      layer { name: "y" bottom: "x" top: "y" ${layer} }`,
    inputs: [input],
    outputs: [output],
    ...blobs && { blobs },
  });
}

/** An image, resized as OpenCV's bilinear interpolation does. */
function resized(image: Tensor, rows: number, columns: number): Tensor {
  const [batch, channels, height, width] = image.shape as Shape4;
  const along = (i: number, pixels: number, extent: number) => {
    const place = (i + 0.5) * extent / pixels - 0.5, first = Math.floor(place);
    const clamp = (k: number) => Math.min(Math.max(k, 0), extent - 1);
    return [[clamp(first), 1 - (place - first)], [clamp(first + 1), place - first]] as const;
  };
  return tensorOf([batch, channels, rows, columns], (n, c, h, w) => {
    let sum = 0;
    for (const [y, v] of along(h!, rows, height)) {
      for (const [x, u] of along(w!, columns, width)) sum += v * u * at(image, n!, c!, y, x);
    }
    return sum;
  });
}

const image = numbers([2, 3, 4, 5], 1);
const bilinear = "resize_type: BILINEAR";
for (
  const [does, settings, rows, columns] of [
    ["by one factor", "scale_h: 2 scale_w: 2", 8, 10],
    ["by two", "scale_h: 1.5 scale_w: 0.65", 6, 3],
    ["to a size", "new_height: 7 new_width: 4", 7, 4],
  ] as const
) {
  everywhere(
    `DeephiResize, bilinearly ${does}`,
    `type: "DeephiResize" deephi_resize_param { ${bilinear} ${settings} }`,
    image,
    resized(image, rows, columns),
  );
}

everywhere(
  "DeephiResize, which repeats pixels by default",
  `type: "DeephiResize" deephi_resize_param { scale_h: 3 scale_w: 2 }`,
  image,
  tensorOf([2, 3, 12, 10], (n, c, h, w) => at(image, n!, c!, Math.floor(h! / 3), w! >> 1)),
);

Deno.test("DeephiResize refuses unknown sizes and ones that are not multiples", () => {
  const told = (settings: Record<string, unknown>) =>
    runLayer(netLayer("DeephiResize", settings), [numbers([1, 1, 4, 5], 1)]);
  assert.throws(() => told({ new_height: 3 }), { message: /^it has one of new_height and/ });
  assert.throws(() => told({ scale_h: 0.2 }), { message: /^its top would be \[0, 5\]/ });
  assert.throws(() => told({ scale_h: 1.5 }), {
    message: /^its bottom is \[1, 1, 4, 5\] and its top \[6, 5\], but only whole multiples/,
  });
  assert.throws(() => runLayer(netLayer("DeephiResize"), [tensor([2], `1 2`)]), /\[2\]/);
});

Deno.test("DeephiResize accepts any extents with one factor or nearest neighbor", () => {
  const heightOf = (settings: string) => {
    const text = `input: "x" input_shape { dim: 1 dim: 1 dim: 4 dim: 4 }
      layer { name: "y" type: "DeephiResize" bottom: "x" top: "y"
        deephi_resize_param { ${settings} } }`;
    const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
    const { names } = withInputShapes(convert(file).graph, new Map([["x", [1, 1, 6, 4]]]));
    return names.get("y")!.shape[2];
  };
  assert.equal(heightOf("scale_h: 2"), 12);
  assert.equal(heightOf(`${bilinear} scale_h: 2 scale_w: 2`), 12);
  assert.equal(heightOf(`${bilinear} new_height: 5 new_width: 5`), 5);
  assert.throws(() => heightOf("new_height: 8 new_width: 8"), { message: /^Cannot run "y\// });
  assert.throws(() => heightOf(`${bilinear} scale_h: 2`), { message: /^Cannot run "y\// });
});

Deno.test("DeephiResize refuses use_dpu", () => {
  const text = `layer { name: "y" type: "DeephiResize" bottom: "x" top: "y"
    deephi_resize_param { use_dpu: true } }`;
  assert.throws(() => runText(text, { x: image }), { message: /use_dpu is true, but only false/ });
});

// Channels, and height and width: [2, 12, 2, 3] and [2, 3, 4, 6] have as many elements.
const deep = numbers([2, 12, 2, 3], 2), wide = numbers([2, 3, 4, 6], 3);

/** The indices in `deep` of a pixel of `wide`, by GSTiling. */
const tile = (c: number, h: number, w: number) =>
  [(h % 2 * 2 + w % 2) * 3 + c, h >> 1, w >> 1] as const;
/** The indices in `deep` of a pixel of `wide`, by Dtow. */
const deal = (c: number, h: number, w: number) =>
  [c * 4 + h % 2 * 2 + w % 2, h >> 1, w >> 1] as const;

/** The image of the shape of `wide` whose pixels are read from `deep`. */
function gathered(placed: typeof tile): Tensor {
  return tensorOf(wide.shape, (n, c, h, w) => at(deep, n!, ...placed(c!, h!, w!)));
}

/** The image of the shape of `deep` to which the pixels of `wide` are written. */
function scattered(placed: typeof tile): Tensor {
  const moved = tensorOf(deep.shape, () => 0);
  tensorOf(wide.shape, (n, c, h, w) => {
    const [channel, row, column] = placed(c!, h!, w!);
    moved.data[((n! * 12 + channel) * 2 + row) * 3 + column] = at(wide, n!, c!, h!, w!);
    return 0;
  });
  return moved;
}

for (
  const [type, settings, input, output] of [
    ["GSTiling", "gs_tiling_param { stride: 2 }", wide, scattered(tile)],
    ["GSTiling", "gs_tiling_param { stride: 2 reverse: true }", deep, gathered(tile)],
    ["Tiling", "tiling_param { tile_dim: 2 }", deep, gathered(deal)],
    ["Dtow", "", deep, gathered(deal)],
    ["Dtow", "dtow_param { psize: 2 method: MWTOD }", wide, scattered(deal)],
  ] as const
) {
  everywhere(`${type} ${settings}`, `type: "${type}" ${settings}`, input, output);
}

Deno.test("GSTiling, Tiling and Dtow refuse extents that their blocks do not divide", () => {
  const run = (type: string, settings: Record<string, unknown>) =>
    runLayer(netLayer(type, settings), [deep]);
  assert.throws(() => run("GSTiling", {}), {
    message: /^its blocks are 0 × 0, which must divide/,
  });
  assert.throws(() => run("GSTiling", { stride: 2 }), { message: /^its blocks are 2 × 2, which/ });
  assert.throws(() => run("GSTiling", { stride: 5, reverse: true }), {
    message: /^its blocks are 5 × 5, whose pixels must divide the 12 channels/,
  });
  assert.throws(() => run("Tiling", {}), { message: /^its blocks are 0 × 0, whose pixels/ });
  assert.throws(() => run("Dtow", { psize: 3 }), { message: /^its blocks are 3 × 3, whose/ });
});

const kernels = [1, -2, 0.5, 4];
const point = "fixed_param { bit_width: 4 }";

Deno.test("fixed-point layers compute what Caffe's do, with a warning that they do not round", () => {
  const weights = blob([2, 2, 1, 1], kernels);
  const windows = "convolution_param { num_output: 2 kernel_size: 1 bias_term: false }";
  const x = tensor([1, 2, 1, 2], `1 2  3 5`);
  const result = (type: string, settings: string, blobs: string) =>
    runText(`layer { name: "y" type: "${type}" bottom: "x" top: "y" ${settings} ${blobs} }`, { x });
  const rounds = `layer "y": its numbers are not rounded to 4 bits, as they are in Xilinx's Caffe`;
  const pair = blob([2], [2, -3]), four = [1, 2, 1, 1];
  const cases = {
    Convolution: [windows, weights],
    Deconvolution: [windows, weights],
    InnerProduct: [
      "inner_product_param { num_output: 1 bias_term: false }",
      blob([1, 4], kernels),
    ],
    // Scale, offset, mean, variance and a divisor, in Xilinx's order.
    BatchNorm: [
      "",
      [[2, 3], [1, 0], [1, 4], [4, 9]].map((x) => blob(four, x)).join(" ") +
      blob([1, 1, 1, 1], [7]),
    ],
    PReLU: ["", pair],
    Scale: ["scale_param { bias_term: true }", `${pair} ${pair}`],
  };
  for (const [type, [settings, blobs]] of Object.entries(cases) as [string, [string, string]][]) {
    const { outputs, warnings } = result(`${type}Fixed`, `${settings} ${point}`, blobs);
    assert.deepEqual(outputs, result(type, settings, blobs).outputs);
    assert.deepEqual(warnings, [rounds]);
    const off = result(`${type}Fixed`, `${settings} fixed_param { enable: false }`, blobs);
    assert.deepEqual(off, result(type, settings, blobs));
  }
  const normalized = result("BatchNormFixed", "", cases.BatchNorm[1]!).outputs["y"]!.data;
  [1, 2, -1, 1].forEach((value, i) => assert(Math.abs(normalized[i]! - value) < 1e-4));
  const neuron = result("FixedNeuron", point, blob([1], [3]));
  assert.deepEqual(neuron, { outputs: { y: x }, warnings: [rounds] });
});

Deno.test("DetectionOutputRefine is RefineDet's DetectionOutput", () => {
  const found = (type: string) => {
    const bottoms = ["loc", "conf", "priors", "arm_conf", "arm_loc"];
    return runText(
      `layer { name: "y" type: "${type}" top: "y"
        ${bottoms.map((name) => `bottom: "${name}"`).join(" ")}
        detection_output_param { num_classes: 3 code_type: CENTER_SIZE objectness_score: 0.4
          nms_param { nms_threshold: 0.45 } confidence_threshold: 0.1 } }`,
      {
        loc: numbers([1, 8], 1),
        conf: tensor([1, 6], `0.1 0.7 0.2  0.3 0.1 0.6`),
        priors: tensor([1, 2, 8], `0.1 0.1 0.3 0.5  0.5 0.2 0.9 0.6  .1 .1 .2 .2  .1 .1 .2 .2`),
        arm_conf: tensor([1, 4], `0.2 0.8 0.9 0.1`),
        arm_loc: numbers([1, 8], 2),
      },
    );
  };
  const { outputs } = found("DetectionOutputRefine");
  assert.deepEqual(outputs, found("DetectionOutput").outputs);
  // The first stage discards the second prior.
  assert.deepEqual([...outputs["y"]!.data.subarray(0, 2)], [0, 1]);
  assert.deepEqual(outputs["y"]!.shape, [1, 1, 2, 7]);
});
