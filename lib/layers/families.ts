/**
 * Every type of Caffe layer that can be converted, by the family of networks that brought it.
 *
 * @module
 */
import { apl } from "./activations/apl.ts";
import { crelu } from "./activations/crelu.ts";
import { eltwiseAffine } from "./activations/eltwise_affine.ts";
import { hardSigmoid, hardSpellings, hardSwish, hSigmoid } from "./activations/hard_sigmoid.ts";
import { mish } from "./activations/mish.ts";
import { noise } from "./activations/noise.ts";
import { relu6 } from "./activations/relu6.ts";
import { rrelu } from "./activations/rrelu.ts";
import { selu } from "./activations/selu.ts";
import { signedSqrt } from "./activations/signed_sqrt.ts";
import { dfmbPsroiAlign } from "./apollo/dfmb_psroi_align.ts";
import { rcnnProposal } from "./apollo/rcnn_proposal.ts";
import { rpnProposalSsd } from "./apollo/rpn_proposal_ssd.ts";
import { brelu } from "./bvlc/clip.ts";
import { autoCrop } from "./bvlc/crop.ts";
import { annotatedData, forkData } from "./bvlc/data.ts";
import { spatialDropout } from "./bvlc/dropout.ts";
import { forkOutputs } from "./bvlc/hdf5_output.ts";
import { forkMeasures } from "./bvlc/losses.ts";
import { bvlc } from "./bvlc/mod.ts";
import { scalar } from "./bvlc/scale.ts";
import { stridedKernels } from "./bvlc/strided_kernels.ts";
import {
  deformableConvolution,
  modulatedDeformableConvolution,
} from "./convolutions/deformable_convolution.ts";
import { denseBlock } from "./convolutions/dense_block.ts";
import {
  convolutionDepthwise,
  depthwiseConv,
  depthwiseConvolution,
} from "./convolutions/depthwise_convolution.ts";
import { local } from "./convolutions/local.ts";
import { denseCrf } from "./crf/dense_crf.ts";
import { multiStageMeanfield } from "./crf/multi_stage_meanfield.ts";
import { binary } from "./few_bits/binary.ts";
import { pruned } from "./few_bits/pruned.ts";
import { quant } from "./few_bits/quant.ts";
import { ristretto } from "./few_bits/ristretto.ts";
import { flowNet, liteFlowNet } from "./flownet/mod.ts";
import type { Layer } from "./layer.ts";
import { boxGroupOutput } from "./mscnn/box_group_output.ts";
import { boxOutput } from "./mscnn/box_output.ts";
import { decodeBBox } from "./mscnn/decode_bbox.ts";
import { scaleRoute } from "./mscnn/scale_route.ts";
import { bn, cudnnBatchNorm } from "./normalization/bn.ts";
import { grn } from "./normalization/grn.ts";
import { groupNorm } from "./normalization/group_norm.ts";
import { instanceNorm } from "./normalization/instance_norm.ts";
import { unitLength } from "./normalization/unit_length.ts";
import { continuationIndicator } from "./ocr/continuation_indicator.ts";
import { convertLayer } from "./ocr/convert.ts";
import { ctcGreedyDecoder } from "./ocr/ctc_greedy_decoder.ts";
import { im2seq } from "./ocr/im2seq.ts";
import { ocrLstm } from "./ocr/lstm.ts";
import { reverse } from "./ocr/reverse.ts";
import { reverseTime } from "./ocr/reverse_time.ts";
import { transpose } from "./ocr/transpose.ts";
import { imResize } from "./openpose/im_resize.ts";
import { nms } from "./openpose/nms.ts";
import { cccp } from "./others/cccp.ts";
import { codebookMaps } from "./others/codebook_maps.ts";
import { gradientLayers } from "./others/gradients.ts";
import { mil } from "./others/mil.ts";
import { sumPooling } from "./others/sum_pooling.ts";
import { axpy, axpyFast } from "./products/axpy.ts";
import { bilinear } from "./products/bilinear.ts";
import { broadcastMul } from "./products/broadcast_mul.ts";
import { compactBilinear } from "./products/compact_bilinear.ts";
import { innerDistance } from "./products/inner_distance.ts";
import { margins } from "./products/margins.ts";
import { matMul } from "./products/mat_mul.ts";
import { softAttention } from "./products/soft_attention.ts";
import { channelScale, maskPooling, spatialProduct } from "./products/spatial_product.ts";
import { interp } from "./pspnet/interp.ts";
import { pointwiseSpatialAttention } from "./pspnet/pointwise_spatial_attention.ts";
import { bilinearInterpolate } from "./pytorch/bilinear_interpolate.ts";
import { maxUnPool } from "./pytorch/max_unpool.ts";
import { pad } from "./pytorch/pad.ts";
import { pixelShuffle } from "./pytorch/pixel_shuffle.ts";
import { unsqueeze } from "./pytorch/unsqueeze.ts";
import { slidingWindow, tileProduct, topK } from "./rcnn/fast_mask.ts";
import { frcnnProposal, frcnnProposalTarget } from "./rcnn/frcnn_proposal.ts";
import { proposal } from "./rcnn/proposal.ts";
import { psroiAlign } from "./rcnn/psroi_align.ts";
import { psroiPooling } from "./rcnn/psroi_pooling.ts";
import { regionGrids } from "./rcnn/region_grid.ts";
import { roiAlign } from "./rcnn/roi_align.ts";
import { roiAlignment } from "./rcnn/roi_alignment.ts";
import { roiPooling } from "./rcnn/roi_pooling.ts";
import { roiWarping } from "./rcnn/roi_warping.ts";
import { rpn } from "./rcnn/rpn.ts";
import { simplerNms } from "./rcnn/simpler_nms.ts";
import { cropCenter } from "./rearranging/crop_center.ts";
import { flip } from "./rearranging/flip.ts";
import { mergeCrop } from "./rearranging/merge_crop.ts";
import { padding } from "./rearranging/padding.ts";
import { rearrange } from "./rearranging/rearrange.ts";
import { reorg, reorgYolo } from "./rearranging/reorg.ts";
import { shuffleChannel } from "./rearranging/shuffle_channel.ts";
import { depthToSpaceLayer, passThrough, spaceToDepthLayer } from "./rearranging/space_to_depth.ts";
import { squeeze } from "./rearranging/squeeze.ts";
import { dtow, gsTiling, tiling } from "./rearranging/tiling.ts";
import { bilinearInterpolation } from "./resampling/bilinear_interpolation.ts";
import { maskResize } from "./resampling/mask_resize.ts";
import { nnUpsample, upsampleDarknet, upsampling } from "./resampling/nn_upsample.ts";
import { remap } from "./resampling/remap.ts";
import { resize } from "./resampling/resize.ts";
import { spatialTransformer } from "./resampling/spatial_transformer.ts";
import { resizeBilinear, resizeNearestNeighbor } from "./resampling/tensorflow_resize.ts";
import { upsample } from "./resampling/upsample.ts";
import { unPooling } from "./segnet/un_pooling.ts";
import { unpooling, unpoolingSpellings } from "./segnet/unpooling.ts";
import { detectionOutput } from "./ssd/detection_output.ts";
import { normalize } from "./ssd/normalize.ts";
import { permute } from "./ssd/permute.ts";
import { priorBox } from "./ssd/prior_box.ts";
import { priorBoxClustered } from "./ssd/prior_box_clustered.ts";
import { synopsys } from "./synopsys/mod.ts";
import { cycles } from "./synopsys/two_operands.ts";
import { batchReduction } from "./video/batch_reduction.ts";
import { convLstm } from "./video/conv_lstm.ts";
import { convolution3D, ndConvolution } from "./video/convolution_3d.ts";
import { ndPooling, pooling3D } from "./video/pooling_3d.ts";
import { deephiResize } from "./xilinx/deephi_resize.ts";
import { fixedPoint } from "./xilinx/fixed_point.ts";
import { region, regionYolo } from "./yolo/region.ts";
import { yoloDetectionOutput } from "./yolo/yolo_detection_output.ts";
import { yolov3DetectionOutput } from "./yolo/yolov3_detection_output.ts";

/** The layers by the family of networks that brought them. */
export const families: Readonly<Record<string, readonly Layer[]>> = {
  "Caffe": bvlc,
  "SSD": [detectionOutput, normalize, permute, priorBox, priorBoxClustered],
  "Faster R-CNN": [frcnnProposal, frcnnProposalTarget, proposal, roiPooling, rpn, simplerNms],
  "R-FCN": [psroiAlign, psroiPooling],
  "Mask R-CNN, AffordanceNet": [roiAlign, roiAlignment],
  "MNC": [roiWarping],
  "FastMask": [slidingWindow, tileProduct, topK],
  "SegNet, PSPNet": [
    bn,
    interp,
    nnUpsample,
    unPooling,
    unpooling,
    upsample,
    upsampling,
    ...unpoolingSpellings,
  ],
  "SSTD": [maskPooling, maskResize],
  "PSANet": [pointwiseSpatialAttention],
  "DeepLab": [padding, spatialProduct],
  "NNIE, Sophgo": [depthwiseConv, matMul, passThrough],
  "SENet": [axpy, broadcastMul, cudnnBatchNorm],
  "ShuffleNet": [shuffleChannel],
  "MobileNet": [
    convolutionDepthwise,
    depthwiseConvolution,
    hardSigmoid,
    hardSwish,
    hSigmoid,
    relu6,
    ...hardSpellings,
  ],
  "YOLO": [
    mish,
    region,
    regionYolo,
    reorg,
    reorgYolo,
    upsampleDarknet,
    yoloDetectionOutput,
    yolov3DetectionOutput,
  ],
  "FlowNet": flowNet,
  "LiteFlowNet, PWC-Net": liteFlowNet,
  "Synopsys": [
    depthToSpaceLayer,
    resizeBilinear,
    resizeNearestNeighbor,
    spaceToDepthLayer,
    squeeze,
    ...synopsys,
  ],
  "Cambricon": cycles,
  "OCR": [
    continuationIndicator,
    convertLayer,
    ctcGreedyDecoder,
    denseBlock,
    im2seq,
    ocrLstm,
    reverse,
    reverseTime,
    transpose,
  ],
  "DehazeNet": [brelu],
  "view synthesis": [remap],
  "other activations": [
    apl,
    crelu,
    eltwiseAffine,
    grn,
    noise,
    rrelu,
    selu,
    signedSqrt,
    spatialDropout,
  ],
  "PyTorch": [bilinearInterpolate, maxUnPool, pad, pixelShuffle, unsqueeze],
  "faces": [channelScale, flip, innerDistance, local, resize, ...margins, ...regionGrids],
  "Xilinx": [deephiResize, gsTiling, tiling, ...fixedPoint],
  "super-resolution": [axpyFast, cropCenter, dtow, rearrange],
  "OpenPose": [imResize, nms],
  "OpenCL": [mergeCrop, ...stridedKernels],
  "RCF": [autoCrop],
  "VQA-MCB": [bilinear, compactBilinear, softAttention],
  "others": [
    bilinearInterpolation,
    denseCrf,
    groupNorm,
    instanceNorm,
    mil,
    scalar,
    sumPooling,
    ...gradientLayers,
    ...unitLength,
  ],
  "few bits, few weights": [quant, ...binary, ...pruned],
  "Ristretto": ristretto,
  "traffic lights": [dfmbPsroiAlign, rcnnProposal, rpnProposalSsd],
  "MS-CNN, Cascade R-CNN": [boxGroupOutput, boxOutput, decodeBBox, scaleRoute],
  "CRF-RNN": [multiStageMeanfield],
  "Deformable ConvNets": [deformableConvolution, modulatedDeformableConvolution],
  "spatial transformers": [spatialTransformer],
  "networks in networks": cccp,
  "codebooks of normals and motion": codebookMaps,
  "videos": [batchReduction, convLstm, convolution3D, ndConvolution, ndPooling, pooling3D],
  "losses and data of forks": [annotatedData, ...forkData, ...forkMeasures, ...forkOutputs],
};
