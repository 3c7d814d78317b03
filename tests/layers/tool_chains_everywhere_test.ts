/**
 * Layers of tool chains on all engines, compared with plain loops, which `tool_chains_test.ts` tests.
 */
import type { Tensor } from "../../runtime/tensor.ts";
import { inputText } from "../input_text.ts";
import { numbers } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { blob, runText } from "./text_layer.ts";

/** Tests on all engines that some layers compute the same as in plain loops. */
function everywhere(does: string, layers: string, inputs: Readonly<Record<string, Tensor>>): void {
  const given = Object.entries(inputs).map(([name, { shape }]) => inputText(name, shape));
  testEverywhere(does, {
    text: given.join("") + layers,
    inputs: Object.values(inputs),
    outputs: Object.values(runText(layers, inputs).outputs),
  });
}

const weights = blob([8, 4, 3, 3], [...numbers([8, 4, 3, 3], 2).data]);
const kernels = blob([8, 1, 3, 3], [...numbers([8, 1, 3, 3], 3).data]);
const sides = "pad_l: 0 pad_r: 1 pad_t: 0 pad_b: 1";

everywhere(
  "padding for each side",
  `layer { name: "c" type: "Convolution" bottom: "x" top: "c" convolution_param {
     num_output: 8 kernel_size: 3 stride: 2 bias_term: false ${sides} } ${weights} }
   layer { name: "r" type: "ReLU" bottom: "c" top: "r" relu_param { maximum: 2 } }
   layer { name: "d" type: "ConvolutionDepthwise" bottom: "r" top: "d" convolution_param {
     num_output: 8 kernel_size: 3 bias_term: false pad_t: 2 pad_l: 1 } ${kernels} }
   layer { name: "m" type: "Pooling" bottom: "r" top: "m" pooling_param {
     kernel_size: 3 stride: 2 ${sides} ceil_mode: false } }
   layer { name: "a" type: "Pooling" bottom: "r" top: "a" pooling_param {
     pool: AVE_EXC_PAD kernel_size: 3 pad_l: 1 pad_r: 1 pad_t: 1 pad_b: 1 } }
   layer { name: "u" type: "Deconvolution" bottom: "r" top: "u" convolution_param {
     num_output: 4 kernel_size: 3 stride: 2 bias_term: false ${sides} } ${weights} }`,
  { x: numbers([2, 4, 8, 6], 1) },
);

everywhere(
  "layers of NNIE, Ascend, Sophgo and DeepLab",
  `layer { name: "p" type: "PassThrough" bottom: "x" top: "p"
     pass_through_param { block_height: 2 block_width: 3 } }
   layer { name: "u" type: "Upsample" bottom: "p" top: "u" upsample_param { scale: 3 stride_w: 1 } }
   layer { name: "f" type: "Padding" bottom: "u" top: "f" padding_param { pad_l: 2 pad_value: 3 } }
   layer { name: "w" type: "SpatialProduct" bottom: "x" bottom: "y" top: "w" }
   layer { name: "m" type: "MatMul" bottom: "x" bottom: "z" top: "m"
     matmul_param { dim_1: 8 dim_2: 24 dim_3: 5 } }
   layer { name: "s" type: "SignedSqrt" bottom: "m" top: "s" }`,
  { x: numbers([2, 4, 4, 6], 1), y: numbers([2, 1, 4, 6], 2), z: numbers([5, 24], 3) },
);

everywhere(
  "layers that come from TensorFlow",
  `layer { name: "b" type: "ResizeBilinear" bottom: "x" top: "b" resize_bilinear_param {
     output_height: 7 output_width: 5 data_format: "NCHW" } }
   layer { name: "n" type: "ResizeNearestNeighbor" bottom: "x" top: "n"
     resize_nearest_neighbor_param { scale_height: 2 } }
   layer { name: "p" type: "Pad" bottom: "x" top: "p"
     pad_param { paddings: [0, 0, 1, 0, 0, 0, 0, 2] constant_values: 2 } }
   layer { name: "i" type: "Eltwise" bottom: "x" bottom: "y" top: "i"
     eltwise_param { operation: MIN } }
   layer { name: "o" type: "Exp" bottom: "y" top: "o" }
   layer { name: "q" type: "Eltwise" bottom: "x" bottom: "o" top: "q"
     eltwise_param { operation: DIV } }`,
  { x: numbers([1, 4, 3, 4], 1), y: numbers([1, 4, 3, 4], 2) },
);
