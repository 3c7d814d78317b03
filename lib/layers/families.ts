/**
 * Every type of Caffe layer that can be converted, by the family of networks that brought it.
 *
 * @module
 */
import { apl } from "./apl.ts";
import { dfmbPsroiAlign } from "./apollo/dfmb_psroi_align.ts";
import { rcnnProposal } from "./apollo/rcnn_proposal.ts";
import { rpnProposalSsd } from "./apollo/rpn_proposal_ssd.ts";
import { axpy, axpyFast } from "./axpy.ts";
import { batchReduction } from "./batch_reduction.ts";
import { bilinear } from "./bilinear.ts";
import { bilinearInterpolation } from "./bilinear_interpolation.ts";
import { binary } from "./binary.ts";
import { bn, cudnnBatchNorm } from "./bn.ts";
import { broadcastMul } from "./broadcast_mul.ts";
import { bvlc } from "./bvlc.ts";
import { brelu } from "./clip.ts";
import { compactBilinear } from "./compact_bilinear.ts";
import { crelu } from "./crelu.ts";
import { autoCrop } from "./crop.ts";
import { cropCenter } from "./crop_center.ts";
import { annotatedData, forkData } from "./data.ts";
import { deformableConvolution, modulatedDeformableConvolution } from "./deformable_convolution.ts";
import { denseBlock } from "./dense_block.ts";
import { denseCrf } from "./dense_crf.ts";
import {
  convolutionDepthwise,
  depthwiseConv,
  depthwiseConvolution,
} from "./depthwise_convolution.ts";
import { spatialDropout } from "./dropout.ts";
import { eltwiseAffine } from "./eltwise_affine.ts";
import { slidingWindow, tileProduct, topK } from "./fast_mask.ts";
import { flip } from "./flip.ts";
import { flowNet, liteFlowNet } from "./flownet/mod.ts";
import { gradientLayers } from "./gradients.ts";
import { grn } from "./grn.ts";
import { groupNorm } from "./group_norm.ts";
import { hardSigmoid, hardSpellings, hardSwish, hSigmoid } from "./hard_sigmoid.ts";
import { forkOutputs } from "./hdf5_output.ts";
import { innerDistance } from "./inner_distance.ts";
import { instanceNorm } from "./instance_norm.ts";
import type { Layer } from "./layer.ts";
import { local } from "./local.ts";
import { forkMeasures } from "./losses.ts";
import { margins } from "./margins.ts";
import { maskResize } from "./mask_resize.ts";
import { matMul } from "./mat_mul.ts";
import { mergeCrop } from "./merge_crop.ts";
import { mil } from "./mil.ts";
import { mish } from "./mish.ts";
import { boxGroupOutput } from "./mscnn/box_group_output.ts";
import { boxOutput } from "./mscnn/box_output.ts";
import { decodeBBox } from "./mscnn/decode_bbox.ts";
import { scaleRoute } from "./mscnn/scale_route.ts";
import { multiStageMeanfield } from "./multi_stage_meanfield.ts";
import { nnUpsample, upsampleDarknet, upsampling } from "./nn_upsample.ts";
import { noise } from "./noise.ts";
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
import { padding } from "./padding.ts";
import { pruned } from "./pruned.ts";
import { interp } from "./pspnet/interp.ts";
import { pointwiseSpatialAttention } from "./pspnet/pointwise_spatial_attention.ts";
import { bilinearInterpolate } from "./pytorch/bilinear_interpolate.ts";
import { maxUnPool } from "./pytorch/max_unpool.ts";
import { pad } from "./pytorch/pad.ts";
import { pixelShuffle } from "./pytorch/pixel_shuffle.ts";
import { unsqueeze } from "./pytorch/unsqueeze.ts";
import { quant } from "./quant.ts";
import { frcnnProposal, frcnnProposalTarget } from "./rcnn/frcnn_proposal.ts";
import { proposal } from "./rcnn/proposal.ts";
import { psroiAlign } from "./rcnn/psroi_align.ts";
import { psroiPooling } from "./rcnn/psroi_pooling.ts";
import { roiAlign } from "./rcnn/roi_align.ts";
import { roiAlignment } from "./rcnn/roi_alignment.ts";
import { roiPooling } from "./rcnn/roi_pooling.ts";
import { roiWarping } from "./rcnn/roi_warping.ts";
import { rpn } from "./rcnn/rpn.ts";
import { simplerNms } from "./rcnn/simpler_nms.ts";
import { regionGrids } from "./region_grid.ts";
import { relu6 } from "./relu6.ts";
import { remap } from "./remap.ts";
import { reorg, reorgYolo } from "./reorg.ts";
import { resize } from "./resize.ts";
import { ristretto } from "./ristretto.ts";
import { rrelu } from "./rrelu.ts";
import { scalar } from "./scale.ts";
import { unPooling } from "./segnet/un_pooling.ts";
import { unpooling, unpoolingSpellings } from "./segnet/unpooling.ts";
import { selu } from "./selu.ts";
import { shuffleChannel } from "./shuffle_channel.ts";
import { signedSqrt } from "./signed_sqrt.ts";
import { softAttention } from "./soft_attention.ts";
import { depthToSpaceLayer, passThrough, spaceToDepthLayer } from "./space_to_depth.ts";
import { channelScale, maskPooling, spatialProduct } from "./spatial_product.ts";
import { spatialTransformer } from "./spatial_transformer.ts";
import { squeeze } from "./squeeze.ts";
import { detectionOutput } from "./ssd/detection_output.ts";
import { normalize } from "./ssd/normalize.ts";
import { permute } from "./ssd/permute.ts";
import { priorBox } from "./ssd/prior_box.ts";
import { priorBoxClustered } from "./ssd/prior_box_clustered.ts";
import { synopsys } from "./synopsys/mod.ts";
import { cycles } from "./synopsys/two_operands.ts";
import { resizeBilinear, resizeNearestNeighbor } from "./tensorflow_resize.ts";
import { dtow, gsTiling, tiling } from "./tiling.ts";
import { unitLength } from "./unit_length.ts";
import { upsample } from "./upsample.ts";
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
  "super-resolution": [axpyFast, cropCenter, dtow],
  "OpenPose": [imResize, nms],
  "OpenCL": [mergeCrop],
  "RCF": [autoCrop],
  "VQA-MCB": [bilinear, compactBilinear, softAttention],
  "others": [
    bilinearInterpolation,
    denseCrf,
    groupNorm,
    instanceNorm,
    mil,
    scalar,
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
  "videos": [batchReduction, convLstm, convolution3D, ndConvolution, ndPooling, pooling3D],
  "losses and data of forks": [annotatedData, ...forkData, ...forkMeasures, ...forkOutputs],
};
