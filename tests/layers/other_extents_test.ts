/**
 * Layers that run with other extents than they were converted for, with the same channels mostly:
 * nothing is left out or repeated in silence.
 */
import { type OtherExtents, testOtherExtents } from "./other_extents.ts";

const image = [1, 4, 2, 2];
const python = (module: string, layer: string) =>
  `python_param { module: "${module}" layer: "${layer}" }`;
const region = "coords: 4 classes: 1";

testOtherExtents([
  // Channels.
  {
    type: "GroupNorm",
    param: "group_norm_param { group_num: 2 }",
    given: [image],
    taken: [[[3, 4, 5, 6]]],
    refused: [[[1, 8, 2, 2]], [[1, 2, 2, 2]]],
  },
  {
    type: "Python",
    param: python("ordinal_decode_layer", "OrdinalDecodeLayer"),
    given: [image],
    taken: [[[3, 4, 5, 6]]],
    refused: [[[1, 6, 2, 2]]],
  },
  {
    type: "PReLU",
    given: [[1, 1, 2, 2]],
    taken: [[[3, 1, 5, 6]]],
    refused: [[[1, 3, 2, 2]]],
  },
  {
    type: "RegionYolo",
    param: `region_yolo_param { ${region} }`,
    given: [[1, 6, 2, 2]],
    taken: [[[3, 6, 4, 5]]],
    refused: [[[1, 8, 2, 2]]],
  },
  {
    type: "MIL",
    param: "mil_param { context_per_roi: 2 }",
    given: [[4, 3]],
    taken: [[[6, 3]]],
    refused: [[[4, 6]], [[2, 1]]],
  },
  {
    type: "Transpose",
    param: "transpose_param { transposetype: LSTMTOCONV shape { dim: 0 dim: 4 dim: -1 } }",
    given: [[1, 4, 3, 2]],
    taken: [[[2, 4, 5, 6]]],
    refused: [[[1, 2, 6, 2]]],
  },
  {
    type: "IRNN",
    tops: 4,
    given: [[1, 2, 1, 1]],
    taken: [[[3, 2, 1, 1]]],
    refused: [[[1, 3, 1, 1]]],
  },
  {
    type: "DataAugmentation",
    param: "augmentation_param { recompute_mean: 2 }",
    given: [[1, 2, 1, 1]],
    taken: [[[3, 2, 1, 1]]],
    refused: [[[1, 2, 1, 3]]],
  },
  // Axes of 1 that remain, or are repeated.
  {
    type: "Squeeze",
    given: [[1, 4, 1, 3]],
    taken: [[[1, 2, 1, 5]]],
    refused: [[[1, 1, 1, 3]], [[1, 4, 1, 1]], [[2, 4, 1, 3]]],
  },
  {
    type: "Add",
    given: [[1, 4, 1], [1, 4]],
    refused: [[[1, 8, 1], [2, 4]]],
  },
  {
    type: "Eltwise",
    given: [[1, 4, 3], [1]],
    refused: [[[2, 4, 3], [1]]],
  },
  {
    type: "MaskPooling",
    given: [[1, 1, 2, 3], [1, 1, 2, 3]],
    taken: [[[2, 1, 4, 5], [2, 1, 4, 5]]],
    refused: [[[1, 3, 2, 3], [1, 3, 2, 3]]],
  },
  {
    type: "ChannelScale",
    given: [[2, 3, 4], [2, 4]],
    taken: [[[3, 3, 5], [3, 5]]],
    refused: [[[2, 2, 4], [2, 8]]],
  },
  {
    type: "SoftAttention",
    given: [[1, 1, 2, 3], [1, 1, 2, 3], [1]],
    taken: [[[2, 1, 4, 5], [2, 1, 4, 5], [2]]],
    refused: [[[1, 3, 2, 3], [1, 3, 2, 3], [1]]],
  },
  {
    type: "BroadcastMul",
    given: [[2, 4, 3, 3], [2, 4, 1, 1]],
    taken: [[[3, 4, 5, 6], [3, 4, 1, 1]]],
    refused: [[[2, 4, 3, 3], [2, 2, 1, 2]]],
  },
  ...["CycleAdd", "CycleMult", "CycleSub"].map((type): OtherExtents => ({
    type,
    given: [[1, 4, 1, 1], [1, 4, 1, 1]],
    taken: [[[2, 4, 3, 5], [1, 4, 1, 1]]],
    refused: [[[2, 4, 1, 1], [2, 4, 1, 1]], [[1, 4, 1, 1], [4, 1, 1, 1]]],
  })),
  {
    type: "Sum",
    given: [[2, 4], [2, 4, 1, 1]],
    taken: [[[3, 5], [3, 5, 1, 1]]],
    refused: [[[2, 4], [4, 2, 1, 1]]],
  },
  // Bottoms that must agree.
  {
    type: "LSTMUnit",
    tops: 2,
    given: [[1, 2, 3], [1, 2, 12], [1, 2]],
    taken: [[[1, 4, 3], [1, 4, 12], [1, 4]]],
    refused: [[[2, 2, 3], [2, 2, 12], [2, 2]], [[1, 2, 3], [1, 2, 15], [1, 2]]],
  },
  {
    type: "LSTMNode",
    param: "lstm_param { num_cells: 2 }",
    tops: 2,
    given: [[3, 5], [3, 2], [3]],
    taken: [[[4, 5], [4, 2], [4]]],
    refused: [[[4, 5], [3, 2], [4]], [[3, 4], [3, 2], [3]], [[3, 5], [2, 3], [3]]],
  },
  {
    type: "TopK",
    tops: 2,
    given: [[4, 2], [4, 1], [2]],
    taken: [[[5, 3], [5, 1], [2]]],
    refused: [[[4, 2], [3, 1], [2]], [[4, 2], [5, 1], [2]], [[4, 2], [4, 1], [3]]],
  },
  {
    type: "BatchReduction",
    param: "batch_reduction_param { pos: true reduction_param { axis: 1 } }",
    given: [[1, 4, 4, 3]],
    taken: [[[2, 4, 4, 5]]],
    refused: [[[1, 2, 8, 3]], [[1, 8, 8, 3]]],
  },
  {
    type: "InnerProduct",
    param: "inner_product_param { num_output: 3 bias_term: false }",
    given: [[2, 8, 4, 1], [3, 8, 4, 1]],
    taken: [[[5, 8, 4, 1], [3, 8, 4, 1]], [[2, 8, 2, 2], [3, 8, 4, 1]]],
    refused: [[[2, 8, 4, 1], [4, 8, 3, 1]]],
  },
  {
    type: "FlowWarp",
    given: [[1, 4, 2, 3], [1, 2, 2, 3]],
    taken: [[[2, 6, 4, 5], [2, 2, 4, 5]]],
    refused: [[[1, 4, 2, 3], [1, 4, 2, 3]]],
  },
  {
    type: "Remap",
    given: [[1, 4, 2, 3], [1, 2, 2, 3]],
    taken: [[[2, 4, 4, 5], [2, 2, 3, 2]]],
    refused: [[[1, 4, 2, 3], [1, 4, 2, 3]]],
  },
  {
    type: "Upsample",
    given: [[1, 2, 6, 4], [1, 2, 3, 2]],
    taken: [[[2, 3, 6, 4], [2, 3, 3, 2]]],
    refused: [[[1, 2, 6, 2], [1, 2, 3, 2]], [[1, 4, 6, 4], [2, 2, 3, 2]]],
  },
  {
    type: "Python",
    param: python("caffe_traininglayers", "SpatialRepLayer"),
    given: [[2, 3, 1, 1], [2, 4, 5, 6]],
    taken: [[[3, 2, 1, 1], [3, 1, 5, 6]]],
    refused: [[[2, 3, 1, 2], [2, 4, 5, 6]], [[2, 3, 1, 1], [2, 4, 6, 6]]],
  },
  {
    type: "Convert",
    tops: 2,
    given: [[2, 3, 1, 4]],
    refused: [[[1, 3, 1, 4]], [[2, 3, 1, 5]], [[2, 1, 3, 4]]],
  },
  {
    type: "ContinuationIndicator",
    param: "continuation_indicator_param { time_step: 4 axis: 1 }",
    given: [[4, 2, 3]],
    taken: [[[6, 2, 5]]],
    refused: [[[4, 3, 3]]],
  },
  {
    type: "CTCGreedyDecoder",
    given: [[3, 2, 4], [3, 2]],
    refused: [[[3, 2, 4], [2, 3]]],
  },
  {
    type: "RPN",
    param: "rpn_param { feat_stride: 16 basesize: 16 scale: 1 ratio: 1 }",
    given: [[1, 2, 3, 4], [1, 4, 3, 4], [1, 3]],
    taken: [[[1, 2, 5, 6], [1, 4, 5, 6], [1, 3]]],
    refused: [[[1, 2, 3, 4], [1, 4, 3, 4], [2, 3]], [[1, 2, 3, 4], [1, 4, 3, 4], [1, 6]]],
  },
  {
    type: "ROIAlignment",
    param: "roi_alignment_param { pooled_h: 2 pooled_w: 2 spatial_scale: 1 }",
    given: [[1, 2, 4, 5], [3, 5]],
    taken: [[[2, 4, 4, 5], [1, 5]]],
    refused: [[[1, 2, 5, 4], [3, 5]]],
  },
  {
    type: "Deconvolution",
    param: "convolution_param { num_output: 1 kernel_size: 2 }",
    given: [[1, 1, 2, 3, 4]],
    taken: [[[3, 1, 2, 3, 4]]],
    refused: [[[1, 2, 2, 3, 4]]],
  },
  {
    type: "Splice",
    param: "splice_param { xcoord: [0, 2, 0, 2] ycoord: [0, 0, 1, 1] }",
    given: new Array(4).fill([1, 3, 1, 2]),
    taken: [new Array(4).fill([2, 5, 1, 2])],
    refused: [new Array(4).fill([1, 3, 2, 2]), new Array(4).fill([1, 3, 1, 4])],
  },
  {
    type: "Python",
    param: `python_param { module: "rpn.pred_to_proposal_layer" layer: "PredToProposalLayer"
      param_str: "max_per_image: 5\\nthresh: 0.05" }`,
    tops: 4,
    given: [[3, 5], [3, 12], [3, 3], [1, 3]],
    refused: [[[3, 5], [12, 3], [3, 3], [1, 3]]],
  },
  {
    type: "Piece",
    param: "piece_param { begin: 1 size: 2 }",
    given: [[3]],
    refused: [[[5]]],
  },
]);
