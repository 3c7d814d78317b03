/**
 * Xilinx's fixed-point layers: Caffe's layers, whose weights and results the fork rounds to a few bits,
 * as its hardware does. Here they compute in float32.
 *
 * @see https://github.com/Xilinx/Vitis-AI/blob/v1.3/AI-Model-Zoo/caffe-xilinx/src/caffe/layers/fixed_neuron_layer.cpp
 * @see https://github.com/Xilinx/Vitis-AI/blob/v1.3/AI-Model-Zoo/caffe-xilinx/src/caffe/layers/deconv_fixed_layer.cpp
 * @module
 */
import { bool, enumeration, float, int32, message, repeated } from "../../../proto/message.ts";
import { batchNorm } from "../bvlc/batch_norm.ts";
import { convolution } from "../bvlc/convolution.ts";
import { deconvolution } from "../bvlc/deconvolution.ts";
import { learnedInnerProduct } from "../bvlc/inner_product.ts";
import { prelu } from "../bvlc/prelu.ts";
import { scale } from "../bvlc/scale.ts";
import { unrounded } from "../few_bits/unrounded.ts";
import { defineLayer, type Layer, type LayerInstance } from "../layer.ts";

const param = {
  name: "fixed_param",
  number: 1100,
  message: message("FixedParameter", {
    enable: bool(1, true),
    fixed_method: enumeration(
      2,
      { OVER_FLOW: 0, DIFF_S: 1, DIFF_A: 2, DIFF_S_SIGMOID: 3 },
      "OVER_FLOW",
    ),
    bit_width: int32(3, 8),
    /** Of training. */
    moving_average_fraction: float(4, 0.999),
    fix_info: repeated(int32(5)),
    follow_data_layer: bool(6, false),
  }),
};

/** FixedNeuron: rounds numbers. Its blob is the position of their point. */
const fixedNeuron = defineLayer({
  type: "FixedNeuron",
  ops: [],
  param,

  blobs: () => [{ name: "position", shape: [1], ignored: true }],

  lower(instance) {
    if (instance.param.enable) tell(instance);
    return instance.bottoms;
  },
});

/** The layers by what the fork calls them. */
export const fixedPoint: readonly Layer[] = [
  fixedNeuron,
  named("BatchNormFixed", batchNorm),
  named("ConvolutionFixed", convolution),
  named("DeconvolutionFixed", deconvolution),
  named("InnerProductFixed", learnedInnerProduct),
  named("PReLUFixed", prelu),
  named("ScaleFixed", scale),
];

function named(type: string, layer: Layer): Layer {
  return unrounded(type, layer, (instance) => {
    if (instance.layer.param(param).enable) tell(instance);
  });
}

function tell({ layer, warn }: LayerInstance<unknown>): void {
  const { bit_width } = layer.param(param);
  warn(`its numbers are not rounded to ${bit_width} bits, as they are in Xilinx's Caffe`);
}
