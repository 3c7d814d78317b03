/**
 * Settings of forks that change what a layer computes, and are not supported: files with such settings
 * are refused rather than converted without them.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";

/** The messages about a layer with a text of settings on an image `[1, 2, 5, 6]`. */
function messagesOf(type: string, settings: string): readonly string[] {
  const others = new Map([
    ...["LSTM", "RNN", "PriorBox", "ROIPooling"].map((type) => [type, ' bottom: "x"'] as const),
    ["DetectionOutput", ' bottom: "x" bottom: "x"'],
    ["LSTMUnit", ' bottom: "x" bottom: "x" top: "z"'],
  ]);
  const text = `input: "x" input_shape { dim: 1 dim: 2 dim: 5 dim: 6 }
layer { name: "y" type: "${type}" bottom: "x"${others.get(type) ?? ""} top: "y" ${settings} }`;
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const messages: string[] = [];
  try {
    convert(network, { warn: (message) => messages.push(message) });
  } catch (error) {
    messages.push((error as Error).message);
  }
  return messages;
}

const fewBits = ["input_scale: 0.5", "output_zero_point: 3", "saturate: Signed_8bit"];
const sidedWindows = ["pad_right: 1", ...fewBits];
const windows = ["pad_type: SAME", ...sidedWindows];
const evenWindows = [...windows, "pad_t: 1"];
const convolution = "convolution_param { num_output: 2 kernel_size: 2";

for (
  const [type, { in: message, refused }] of Object.entries({
    ArgMax: { in: "argmax_param { axis: 1", refused: ["min_first: true"] },
    BN: { in: "bn_param { eps: 1", refused: ["icnet: true", "moving_average: false"] },
    BoxOutput: { in: "box_output_param { iou_thr: 1", refused: ["ringpad: true"] },
    DenseBlock: {
      in: "denseblock_param { numTransition: 1",
      refused: ["pad_h: 0", "conv_verticalStride: 2", "filter_W: 5"],
    },
    LRN: { in: "lrn_param { alpha: 1", refused: ["input_scale: 2", "output_scale: 0.5"] },
    LSTMUnit: { in: "lstm_unit_param {", refused: ["forget_bias: 1"] },
    Normalize: { in: "norm_param { eps: 1", refused: ["add_eps_before_sqrt: false"] },
    ROIPooling: { in: "roi_pooling_param { pooled_h: 1", refused: ["ringpad: true"] },
    Upsample: { in: "upsample_param { scale: 2", refused: ["dims_num: 3"] },
    Pooling: {
      in: "pooling_param { kernel_size: 2",
      refused: [
        ...windows,
        "hole: 2",
        "torch_pooling: true",
        "axis: 2",
        "count_include_pad: false",
        "output_shift_instead_division: 2",
      ],
    },
    BatchNorm: {
      in: "batch_norm_param { eps: 1",
      refused: [
        "disable_mean: true",
        "disable_variance: true",
        "add_eps_before_sqrt: false",
        "icnet: true",
      ],
    },
    Convolution: {
      in: convolution,
      refused: [...sidedWindows, "shape_offset: 1", "same_mode: true"],
    },
    Deconvolution: { in: convolution, refused: windows },
    DepthwiseConvolution: { in: convolution, refused: sidedWindows },
    ConvolutionDepthwise: { in: convolution, refused: sidedWindows },
    Im2col: { in: convolution, refused: evenWindows },
    Local: { in: convolution, refused: evenWindows },
    Eltwise: {
      in: "eltwise_param { coeff: 2",
      refused: ["coeff_blob: true", "output_scale: 2", "saturate: Unsigned"],
    },
    InnerProduct: { in: "inner_product_param { num_output: 2", refused: fewBits },
    Interp: {
      in: "interp_param { zoom_factor: 2",
      refused: ["align_corners: false", "full_zoom_factor: 2"],
    },
    LSTM: { in: "recurrent_param { num_output: 2", refused: ["forget_bias: 1"] },
    DetectionOutput: {
      in: "detection_output_param { num_classes: 2",
      refused: ["do_state_prediction: true"],
    },
    PriorBox: {
      in: "prior_box_param { min_size: 2",
      refused: ["keras: true", "tf: true", "yx_order: true", "p_type: DENSE"],
    },
    ReLU: {
      in: "relu_param { negative_slope: 0",
      refused: ["minimum: 1", "saturate: Signed"],
    },
    Reshape: { in: "reshape_param { axis: 1", refused: ["pixelshuffler: 2"] },
    RNN: { in: "recurrent_param { num_output: 2", refused: ["tf_rnn: true"] },
    Softmax: { in: "softmax_param { axis: 1", refused: ["temperature: 2", "input_scale: 2"] },
    Reduction: { in: "reduction_param { axis: 1", refused: ["num_axes: 1"] },
  })
) {
  for (const setting of refused) {
    Deno.test(`${type} refuses ${setting}`, () => {
      const [name, value] = setting.split(": ");
      const messages = messagesOf(type, `${message} ${setting} }`);
      assert.equal(messages.length, 1);
      const where = "^Cannot read net.prototxt:2:[0-9]+: ";
      const what = `[a-zA-Z]+Parameter.${name} is ${value}, but only .* is supported$`;
      assert.match(messages[0]!, new RegExp(where + what));
    });
  }
}

Deno.test("values of forks are read by name, not by a negative number", () => {
  for (
    const [type, param, field, name] of [
      ["Pooling", "pooling_param { kernel_size: 2", "pool", "AVE_EXC_PAD"],
      ["Eltwise", "eltwise_param {", "operation", "MIN"],
    ] as const
  ) {
    assert.deepEqual(messagesOf(type, `${param} ${field}: ${name} }`), []);
    const [message] = messagesOf(type, `${param} ${field}: -1 }`);
    assert.match(message!, new RegExp(`^Cannot read .*${field} has no value -1: it is one of `));
  }
});

Deno.test("settings of forks without an effect are accepted", () => {
  const neutral = "kstride: 1 pad_type: 0 pad_t: 0 pad_right: 0";
  for (const type of ["Convolution", "Deconvolution", "ConvolutionDepthwise"]) {
    const messages = messagesOf(type, `${convolution} ${neutral} }`);
    assert(messages.every((message) => !/kstride|pad/.test(message)), messages.join());
  }
  const pooling = `pooling_param { kernel_size: 2 ${neutral} dilation: 1 dilation: 1 }`;
  assert.deepEqual(messagesOf("Pooling", pooling), []);
  assert.deepEqual(messagesOf("Reduction", "reduction_param { axis: 1 num_axes: -1 }"), []);
});
