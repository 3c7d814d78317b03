/**
 * Every type of layer with bottoms of any rank: it is converted, or refused with a clear message.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { layers } from "../../lib/layers/mod.ts";
import { inputText } from "../input_text.ts";

const windows = "kernel_size: 1 stride: 2";
const volumes = "num_output: 2 kernel_size: 1 kernel_depth: 1";

/** Settings for the types that require some. */
const settings: Readonly<Record<string, readonly string[]>> = {
  ArgMax: ["argmax_param { out_max_val: true }", "argmax_param { axis: 1 }"],
  Accum: ["accum_param { have_reference: true }"],
  BilinearInterpolate: [
    "bilinear_interpolate_param { scale_factor: 1.5 align_corners: false }",
    "bilinear_interpolate_param { dst_h: 3 }",
  ],
  BReLU: ["brelu_param { minval: 0 maxval: 1 }"],
  BoxOutput: ["box_output_param { field_h: 9 field_w: 9 downsample_rate: 8 }"],
  Clip: ["clip_param { min: 0 max: 1 }"],
  Convolution: [
    "convolution_param { num_output: 2 kernel_size: 1 }",
    "convolution_param { num_output: 2 kernel_size: 1 axis: 0 }",
  ],
  Convolution3D: [`convolution_param { ${volumes} }`],
  ConvolutionDepthwise: ["convolution_param { kernel_size: 1 }"],
  Correlation: ["correlation_param { kernel_size: 1 max_displacement: 1 }"],
  DataAugmentation: [
    "augmentation_param { recompute_mean: 3 }",
    "augmentation_param { crop_width: 2 crop_height: 2 }",
  ],
  DepthToSpace: ['depth_to_space_param { block_size: 2 data_format: "NCHW" }'],
  Deconvolution: ["convolution_param { num_output: 2 kernel_size: 1 }"],
  DeformableConvolution: ["deformable_convolution_param { num_output: 2 kernel_size: 1 }"],
  DenseBlock: ["denseblock_param { numTransition: 2 growthRate: 2 use_BC: true }"],
  DetectionOutput: ["detection_output_param { num_classes: 2 }"],
  Downsample: ["downsample_param { top_width: 2 top_height: 2 }"],
  EltwiseAdv: ["eltwise_param { operation: PROD }"],
  Embed: ["embed_param { num_output: 2 input_dim: 3 }"],
  GuidedDropout: [
    'guided_dropout_param { type: "stochastic" }',
    'guided_dropout_param { type: "deterministic" guidance_threshold: 0 }',
  ],
  Im2col: ["convolution_param { kernel_size: 1 }"],
  Insanity: ["insanity_param { lb: 5 ub: 10 }"],
  InnerProduct: ["inner_product_param { num_output: 2 }"],
  Interp: ["interp_param { zoom_factor: 2 }"],
  LRN: ["lrn_param { norm_region: WITHIN_CHANNEL local_size: 3 }"],
  LSTM: ["recurrent_param { num_output: 2 }"],
  Lstm: ["lstm_param { num_output: 2 }"],
  Mean: ["mean_param { value: 1 }"],
  MaxUnPool: ["max_unpool_param { dst_h: 9 dst_w: 9 }"],
  MIL: ["mil_param { type: NOR }"],
  ModulatedDeformableConvolution: [
    "modulated_deformable_convolution_param { num_output: 2 kernel_size: 1 }",
  ],
  MultiStageMeanfield: [
    "multi_stage_meanfield_param { num_iterations: 2 theta_alpha: 1 theta_beta: 1 theta_gamma: 1 }",
  ],
  Norm: ["norm_param { }"],
  Normalize: ["norm_param { }", 'normalize_param { normalize_type: "L1" }'],
  Pad: [
    "pad_param { pad_u: 1 pad_r: 2 }",
    "pad_param { pad_type: REFLECT pad_u: 1 pad_l: 2 pad_d: -1 }",
  ],
  Permute: ["permute_param { order: 1 }"],
  Pooling: [`pooling_param { ${windows} }`, "pooling_param { global_pooling: true }"],
  Pooling3D: ["pooling_param { kernel_size: 1 kernel_depth: 1 }"],
  DepthwiseConv: ["convolution_param { num_output: 4 kernel_size: 1 }"],
  MatMul: ["matmul_param { dim_1: 4 dim_2: 4 dim_3: 6 }"],
  Padding: ["padding_param { pad_beg: 1 }", "padding_param { pad_t: 1 pad_value: 2 }"],
  PassThrough: ["pass_through_param { block_height: 2 block_width: 2 }"],
  PriorBox: ["prior_box_param { min_size: 2 }"],
  PSROIAlign: ["psroi_align_param { output_dim: 1 group_size: 1 sample_num: 2 }"],
  PSROIPooling: ["psroi_pooling_param { output_dim: 1 group_size: 1 }"],
  Python: [
    'python_param { module: "rpn.proposal_layer" layer: "ProposalLayer" param_str: "feat_stride: 16" }',
  ],
  ResizeBilinear: ["resize_bilinear_param { output_height: 3 output_width: 8 }"],
  ResizeNearestNeighbor: [
    'resize_nearest_neighbor_param { scale_height: 2 scale_width: 3 data_format: "NCHW" }',
  ],
  RNN: ["recurrent_param { num_output: 2 }"],
  Region: ["region_param { num: 1 classes: 2 coords: 1 }"],
  Reorg: ["reorg_param { stride: 2 }"],
  Resample: ["resample_param { width: 2 height: 2 }"],
  Reshape: ["reshape_param { shape { dim: 0 dim: -1 } }"],
  Resize: ["resize_param { height: 3 width: 4 }"],
  RReLU: ["rrelu_param { lb: 3 ub: 8 }"],
  ROIAlign: ["roi_align_param { pooled_h: 2 pooled_w: 2 }"],
  ROIPooling: ["roi_pooling_param { pooled_h: 2 pooled_w: 2 }"],
  ROIWarping: ["roi_warping_param { pooled_h: 2 pooled_w: 2 }"],
  RPN: ["rpn_param { feat_stride: 16 basesize: 16 scale: 1 ratio: 1 }"],
  ShuffleChannel: ["shuffle_channel_param { group: 2 }"],
  SpaceToDepth: ["space_to_depth_param { block_size: 2 }"],
  SpatialTransformer: ["st_param { output_H: 3 }"],
  SPP: ["spp_param { pyramid_height: 2 }"],
  TensorTranspose: ["tensor_transpose_param { order: 1 order: 0 order: 2 }"],
  Tile: ["tile_param { tiles: 2 }"],
  Transpose: ["transpose_param { dim: 1 dim: 0 }"],
  UnPooling: [
    "unpooling_param { unpool: REP out_kernel_size: 2 out_stride: 2 }",
    `pooling_param { ${windows} }`,
  ],
  Unpooling: [`unpooling_param { ${windows} }`, `unpooling_param { unpool: TILE ${windows} }`],
  Upsample: ["upsample_param { scale: 2 }", "upsample_param { upsample_h: 8 upsample_w: 12 }"],
  YoloDetectionOutput: [
    "yolo_detection_output_param { num_classes: 1 num_box: 1 biases: [1, 1] }",
  ],
};

const shapes = [[], [3], [4, 3], [1, 8, 4], [2, 4, 4, 6], [1, 2, 3, 4, 4]];

/** A network of one layer, whose first bottom has one shape, and the others another. */
function network(type: string, setting: string, bottoms: readonly (readonly number[])[]): string {
  const inputs = bottoms.map((shape, i) => inputText(`${i}`, shape));
  const names = bottoms.map((_, i) => `bottom: "${i}"`);
  return `${inputs.join("")} layer { name: "x" type: "${type}" ${names.join(" ")} top: "x"
    ${setting} }`;
}

Deno.test("layers accept bottoms of any rank, or refuse them with the expected shape", () => {
  const odd = /Cannot read prop|undefined|NaN|null|Infinity|not iterable|destructure|Invalid/;
  let converted = 0;
  for (const type of layers.keys()) {
    for (const setting of ["", ...(settings[type] ?? [])]) {
      for (const first of shapes) {
        for (const others of [[], ...shapes.flatMap((one) => [[one], [one, one]])]) {
          const text = network(type, setting, [first, ...others]);
          const bytes = new TextEncoder().encode(text);
          try {
            const { graph } = convert({ bytes, name: "net" }, { warn: () => {} });
            converted++;
            for (const { output: { shape } } of graph.nodes) {
              assert(shape.every((extent) => Number.isInteger(extent) && extent > 0), text);
            }
          } catch (error) {
            assert(error instanceof TypeError, `${text}\n${(error as Error).stack}`);
            assert.doesNotMatch(error.message, odd, text);
          }
        }
      }
    }
  }
  assert(converted > 1000, `only ${converted} were converted`);
});
