/**
 * Layers of networks with binary, quantized or pruned weights.
 */
import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { blob, runText } from "./text_layer.ts";

const image = tensor([1, 1, 1, 2], `2 3`);

/** The top of a layer, by default for an image of one row and two columns. */
function topOf(type: string, rest: string, x = image): number[] {
  const layer = `layer { name: "y" type: "${type}" bottom: "x" top: "y" ${rest} }`;
  const { outputs, warnings } = runText(layer, { x });
  assert.deepEqual(warnings, []);
  return [...outputs.y!.data];
}

Deno.test("CConvolution applies its masks", () => {
  const weights = blob([2, 1, 1, 2], [1, 2, 3, 4]), mask = blob([2, 1, 1, 2], [1, 0, 1, 1]);
  const settings = "convolution_param { num_output: 2 kernel_h: 1 kernel_w: 2 }";
  const surgery =
    "cconvolution_param { gamma: 0.1 upper_bound: 0.9 weight_mask_filler { value: 1 } }";
  const biases = blob([2], [5, 6]), biasMask = blob([2], [0, 1]);
  const all = [weights, biases, mask, biasMask].join(" ");
  assert.deepEqual(topOf("CConvolution", `${settings} ${surgery} ${all}`), [2, 24]);
  const without = settings.replace("}", "bias_term: false }");
  assert.deepEqual(topOf("CConvolution", `${without} ${weights} ${mask}`), [2, 18]);
});

Deno.test("CInnerProduct applies its masks", () => {
  const blobs = [
    blob([1, 2], [4, 5]),
    blob([1], [7]),
    blob([1, 2], [0, 1]),
    blob([1], [1]),
  ];
  const settings = "inner_product_param { num_output: 1 }";
  assert.deepEqual(topOf("CInnerProduct", `${settings} ${blobs.join(" ")}`), [22]);
});

Deno.test("SkimCaffe's layers compute several of Caffe's in turn, with the settings of each", () => {
  const row = tensor([1, 1, 1, 5], `1 -3 2 4 -5`);
  const pool = "pooling_param { pool: MAX kernel_h: 1 kernel_w: 2 }";
  const kernel = blob([1, 1, 1, 2], [1, 1]), bias = blob([1], [0]);
  const settings =
    `convolution_param { num_output: 1 kernel_h: 1 kernel_w: 2 conv_mode: DIRECT_SCONV }
    ${pool} lrn_param { local_size: 1 beta: 1 }`;
  const convolved = (type: string, rest = "") =>
    topOf(type, `${settings} ${rest} ${kernel} ${bias}`, row);
  assert.deepEqual(convolved("MKLConvolution"), [-2, -1, 6, -1]);
  assert.deepEqual(convolved("ConvolutionReLU"), [0, 0, 6, 0]);
  const slope = "relu_param { negative_slope: 0.5 }";
  assert.deepEqual(convolved("ConvolutionReLU", slope), [-1, -0.5, 6, -0.5]);
  assert.deepEqual(convolved("ConvolutionReLUPool"), [0, 6, 6]);
  const even = Math.fround(6 / 37);
  assert.deepEqual(convolved("ConvolutionReLUPoolLRN"), [0, even, even]);
  const weights = blob([2, 2], [1, 1, 1, -1]), biases = blob([2], [4, 0]);
  const dense = "inner_product_param { num_output: 2 gemm_mode: SPMDM spmdm_transpose_in: false }";
  const rest = `${dense} dropout_param { dropout_ratio: 0.5 } ${weights} ${biases}`;
  assert.deepEqual(topOf("InnerProductReLUDropout", rest), [9, 0]);
  assert.deepEqual(topOf("MKLReLU", slope, row), [1, -1.5, 2, 4, -2.5]);
  assert.deepEqual(topOf("MKLPooling", pool, row), [1, 2, 4, 4]);
  assert.deepEqual(topOf("ReLUPooling", "pooling_param { kernel_size: 1 }", row), [1, 0, 2, 4, 0]);
  assert.deepEqual(topOf("MKLLRN", "lrn_param { local_size: 1 beta: 1 }"), [
    Math.fround(2 / 5),
    Math.fround(3 / 10),
  ]);
});

Deno.test("SkimCaffe's pooling after a convolution refuses padding", () => {
  const kernel = blob([1, 1, 1, 1], [1]), bias = blob([1], [0]);
  for (const pad of ["pad: 1", "pad_h: 0 pad_w: 1"]) {
    const settings = `convolution_param { num_output: 1 kernel_size: 1 }
      pooling_param { kernel_size: 2 ${pad} }`;
    assert.throws(() => topOf("ConvolutionReLUPool", `${settings} ${kernel} ${bias}`), {
      message: /: its pooling_param has padding, which is unsupported; it must be 0\n/,
    });
  }
});

Deno.test("BinaryConvolution uses signs, with a magnitude per output if use_alpha is set", () => {
  const weights = blob([2, 1, 1, 2], [0, -4, -1, 3]), biases = blob([2], [0, 10]);
  const settings = "convolution_param { num_output: 2 kernel_h: 1 kernel_w: 2 }";
  const of = (binary: string) =>
    topOf("BinaryConvolution", `${settings} ${binary} ${weights} ${biases}`);
  assert.deepEqual(of("binary_convolution_param { }"), [-1, 11]);
  assert.deepEqual(of("binary_convolution_param { use_alpha: true }"), [-2, 12]);
  assert.deepEqual(of("binary_convolution_param { use_binarization: false }"), [-12, 17]);
});

Deno.test("binary weights without settings, whose magnitude differs between forks, cause a warning", () => {
  const text = `layer { name: "y" type: "BinaryInnerProduct" bottom: "x" top: "y"
    inner_product_param { num_output: 1 bias_term: false } ${blob([1, 2], [4, -2])} }`;
  const { outputs, warnings } = runText(text, { x: image });
  assert.deepEqual([...outputs.y!.data], [-1]);
  assert.deepEqual(warnings, [
    'layer "y": its weights are taken for 1 and −1, as in HWGQ; forks for XNOR-Net multiply them by ' +
    "their mean magnitude, as binary_inner_product_param { use_alpha: true } says",
  ]);
});

Deno.test("BinaryInnerProduct uses signs of rows, regardless of transpose", () => {
  const weights = blob([3, 2], [1, -5, -1, -1, 0.5, 0.5]);
  const rest = `inner_product_param { num_output: 3 bias_term: false transpose: true }
    binary_inner_product_param { use_alpha: true } ${weights}`;
  assert.deepEqual(topOf("BinaryInnerProduct", rest), [-3, -5, 2.5]);
});

const line = tensor([1, 5], `-1 0 0.5 1 9`);

testLayer("Quant", [
  {
    does: "gives the nearest center, and 0 for numbers that are not positive",
    param: { centers: [0.5, 1.5, 3] },
    bottoms: [line],
    // Half way between two centers, the lower one counts.
    tops: [tensor([1, 5], `0 0 0.5 0.5 3`)],
  },
  {
    does: "gives the negated negative_slope for numbers that are not positive",
    param: { centers: [0.25, 1], negative_slope: 2 },
    bottoms: [line],
    tops: [tensor([1, 5], `-2 -2 0.25 1 1`)],
  },
  {
    does: "gives the sign, which is 1 for 0",
    param: { forward_func: "sign" },
    bottoms: [line],
    tops: [tensor([1, 5], `-1 1 1 1 1`)],
  },
  {
    does: "clamps to −1 and 1",
    param: { forward_func: "hard_tanh" },
    bottoms: [tensor([1, 3], `-2 0.5 3`)],
    tops: [tensor([1, 3], `-1 0.5 1`)],
  },
  {
    does: "applies a leaky ReLU",
    param: { forward_func: "relu", negative_slope: 0.5 },
    bottoms: [line],
    tops: [tensor([1, 5], `-0.5 0 0.5 1 9`)],
  },
]);

Deno.test("Quant refuses centers that do not ascend, and unsupported functions", () => {
  const of = (param: Record<string, unknown>) => () => runLayer(netLayer("Quant", param), [line]);
  assert.throws(of({ centers: [2, 1] }), { message: /^its centers are 2, 1, but they must/ });
  assert.throws(of({}), { message: /^its centers are missing/ });
  assert.throws(of({ forward_func: "tanh" }), {
    message: /^its forward_func is "tanh", but "hwgq"/,
  });
});

Deno.test("ADaPTION's layers are Caffe's, without the rounded copies of their blobs", () => {
  const x = tensor([1, 2, 1, 2], `1 2  3 5`);
  const kernels = [0.3, -1, 2, 0.7], biases = [0.11, -0.2];
  const result = (text: string) =>
    runText(`layer { name: "y" bottom: "x" top: "y" ${text} }`, { x });
  const bits = "lpfp_param { bd: 2 ad: 13 round_bias: false }";
  for (
    const [type, settings, shape] of [
      ["Convolution", "convolution_param { num_output: 2 kernel_size: 1 }", [2, 2, 1, 1]],
      ["InnerProduct", "inner_product_param { num_output: 1 }", [1, 4]],
    ] as const
  ) {
    const own = biases.slice(0, shape[0]), weights = blob(shape, kernels);
    const copies = [blob(shape, [0, 0, 0, 0]), blob([own.length], own.map(() => 0))];
    const given = [weights, copies[0], blob([own.length], own), copies[1]].join(" ");
    const { outputs, warnings } = result(`type: "LP${type}" ${settings} ${bits} ${given}`);
    const plain = `${weights} ${blob([own.length], own)}`;
    assert.deepEqual(outputs, result(`type: "${type}" ${settings} ${plain}`).outputs);
    assert.deepEqual(warnings, [
      'layer "y": its numbers are not rounded to few bits, as they are in ADaPTION',
    ]);
  }
  assert.deepEqual(result(`type: "LPAct" ${bits}`).outputs, { y: x });
});
