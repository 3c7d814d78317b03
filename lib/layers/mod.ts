/**
 * The table of layers: every type of Caffe layer that can be converted.
 *
 * @module
 */
import type { NetLayer } from "../caffe/net.ts";
import type { Layer } from "./layer.ts";
import { accum } from "./flownet/accum.ts";
import { correlation1D } from "./flownet/correlation_1d.ts";
import { crelu } from "./crelu.ts";
import { dataAugmentation } from "./flownet/data_augmentation.ts";
import { grn } from "./grn.ts";
import { hardSigmoid, hardSpellings, hardSwish, hSigmoid } from "./hard_sigmoid.ts";
import { mean } from "./flownet/mean.ts";
import { mish } from "./mish.ts";
import { negReLU } from "./flownet/neg_relu.ts";
import { selu } from "./selu.ts";
import { priorBoxClustered } from "./ssd/prior_box_clustered.ts";
import { region } from "./yolo/region.ts";
import { absVal, bnll, sigmoid, tanh, threshold } from "./activations.ts";
import { argMax } from "./arg_max.ts";
import { axpy } from "./axpy.ts";
import { batchNorm } from "./batch_norm.ts";
import { batchReindex } from "./batch_reindex.ts";
import { bias } from "./bias.ts";
import { clip } from "./clip.ts";
import { bn } from "./bn.ts";
import { broadcastMul } from "./broadcast_mul.ts";
import { concat } from "./concat.ts";
import { convolution } from "./convolution.ts";
import { crop } from "./crop.ts";
import {
  annotatedData,
  data,
  forkData,
  hdf5Data,
  imageData,
  memoryData,
  windowData,
} from "./data.ts";
import { deconvolution } from "./deconvolution.ts";
import { denseBlock } from "./dense_block.ts";
import { convolutionDepthwise, depthwiseConvolution } from "./depthwise_convolution.ts";
import { dropout, spatialDropout } from "./dropout.ts";
import { dummyData } from "./dummy_data.ts";
import { eltwise } from "./eltwise.ts";
import { elu } from "./elu.ts";
import { embed } from "./embed.ts";
import { exp } from "./exp.ts";
import { filter } from "./filter.ts";
import { flatten } from "./flatten.ts";
import { forkOutputs, hdf5Output } from "./hdf5_output.ts";
import { im2col } from "./im2col.ts";
import { channelNorm } from "./flownet/channel_norm.ts";
import { correlation } from "./flownet/correlation.ts";
import { downsample } from "./flownet/downsample.ts";
import { flowWarp } from "./flownet/flow_warp.ts";
import { resample } from "./flownet/resample.ts";
import { innerProduct } from "./inner_product.ts";
import { input } from "./input.ts";
import { local } from "./local.ts";
import { log } from "./log.ts";
import {
  forkMeasures,
  infogainLoss,
  measures,
  sigmoidCrossEntropyLoss,
  softmaxWithLoss,
} from "./losses.ts";
import { lrn } from "./lrn.ts";
import { lstmUnit } from "./lstm_unit.ts";
import { mvn } from "./mvn.ts";
import { parameter } from "./parameter.ts";
import { nnUpsample } from "./nn_upsample.ts";
import { continuationIndicator } from "./ocr/continuation_indicator.ts";
import { ctcGreedyDecoder } from "./ocr/ctc_greedy_decoder.ts";
import { im2seq } from "./ocr/im2seq.ts";
import { ocrLstm } from "./ocr/lstm.ts";
import { reverse } from "./ocr/reverse.ts";
import { reverseTime } from "./ocr/reverse_time.ts";
import { transpose } from "./ocr/transpose.ts";
import { bilinearInterpolate } from "./pytorch/bilinear_interpolate.ts";
import { maxUnPool } from "./pytorch/max_unpool.ts";
import { pad } from "./pytorch/pad.ts";
import { pixelShuffle } from "./pytorch/pixel_shuffle.ts";
import { unsqueeze } from "./pytorch/unsqueeze.ts";
import { pooling } from "./pooling.ts";
import { power } from "./power.ts";
import { prelu } from "./prelu.ts";
import { python } from "./python.ts";
import { lstm, rnn } from "./recurrent.ts";
import { reduction } from "./reduction.ts";
import { interp } from "./pspnet/interp.ts";
import { psroiPooling } from "./rcnn/psroi_pooling.ts";
import { proposal } from "./rcnn/proposal.ts";
import { unpooling, unpoolingSpellings } from "./segnet/unpooling.ts";
import { roiAlign } from "./rcnn/roi_align.ts";
import { roiPooling } from "./rcnn/roi_pooling.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";
import { reorg } from "./reorg.ts";
import { reshape } from "./reshape.ts";
import { resize } from "./resize.ts";
import { ristretto } from "./ristretto.ts";
import { scale } from "./scale.ts";
import { shuffleChannel } from "./shuffle_channel.ts";
import { silence } from "./silence.ts";
import { slice } from "./slice.ts";
import { softmax } from "./softmax.ts";
import { split } from "./split.ts";
import { spp } from "./spp.ts";
import { swish } from "./swish.ts";
import { tile } from "./tile.ts";
import { detectionOutput } from "./ssd/detection_output.ts";
import { normalize } from "./ssd/normalize.ts";
import { permute } from "./ssd/permute.ts";
import { priorBox } from "./ssd/prior_box.ts";
import { upsample } from "./upsample.ts";
import { convolution3D, ndConvolution } from "./video/convolution_3d.ts";
import { ndPooling, pooling3D } from "./video/pooling_3d.ts";
import { yoloDetectionOutput } from "./yolo/yolo_detection_output.ts";
import { yolov3DetectionOutput } from "./yolo/yolov3_detection_output.ts";

/** The layers by the family of networks that brought them. */
const families: Readonly<Record<string, readonly Layer[]>> = {
  "Caffe": [
    absVal,
    argMax,
    batchNorm,
    batchReindex,
    bias,
    bnll,
    clip,
    concat,
    convolution,
    crop,
    data,
    deconvolution,
    dropout,
    dummyData,
    eltwise,
    elu,
    embed,
    exp,
    filter,
    flatten,
    hdf5Data,
    hdf5Output,
    im2col,
    imageData,
    infogainLoss,
    innerProduct,
    input,
    log,
    lrn,
    lstm,
    lstmUnit,
    memoryData,
    mvn,
    parameter,
    pooling,
    power,
    prelu,
    reduction,
    python,
    relu,
    reshape,
    rnn,
    scale,
    sigmoid,
    sigmoidCrossEntropyLoss,
    silence,
    slice,
    softmax,
    softmaxWithLoss,
    split,
    spp,
    swish,
    tanh,
    threshold,
    tile,
    windowData,
    ...measures,
  ],
  "SSD": [detectionOutput, normalize, permute, priorBox, priorBoxClustered],
  "Faster R-CNN": [proposal, roiPooling],
  "R-FCN": [psroiPooling],
  "Mask R-CNN": [roiAlign],
  "SegNet, PSPNet": [bn, interp, nnUpsample, unpooling, upsample, ...unpoolingSpellings],
  "SENet": [axpy, broadcastMul],
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
  "YOLO": [mish, region, reorg, yoloDetectionOutput, yolov3DetectionOutput],
  "FlowNet": [
    accum,
    channelNorm,
    correlation,
    correlation1D,
    dataAugmentation,
    downsample,
    flowWarp,
    mean,
    negReLU,
    resample,
  ],
  "OCR": [
    continuationIndicator,
    ctcGreedyDecoder,
    denseBlock,
    im2seq,
    ocrLstm,
    reverse,
    reverseTime,
    transpose,
  ],
  "other activations": [crelu, grn, selu, spatialDropout],
  "PyTorch": [bilinearInterpolate, maxUnPool, pad, pixelShuffle, unsqueeze],
  "faces": [local, resize],
  "Ristretto": ristretto,
  "videos": [convolution3D, ndConvolution, ndPooling, pooling3D],
  "losses and data of forks": [annotatedData, ...forkData, ...forkMeasures, ...forkOutputs],
};

/** Types of layers by name. */
export type LayerTable = ReadonlyMap<string, Layer>;

/** The layers by their type. */
export const layers: LayerTable = new Map(
  Object.values(families).flat().map((layer) => [layer.type, layer]),
);

/** A row of the table of layers. */
export interface LayerRow {
  readonly type: string;
  /** The family of networks that brought it: `"Caffe"` for BVLC's own. */
  readonly family: string;
  /** The ops that it may become; none, where it leaves nothing to compute. */
  readonly ops: readonly string[];
}

/** All layers, by their names. */
export const layerRows: readonly LayerRow[] = Object.entries(families)
  .flatMap(([family, types]) => types.map(({ type, ops = [] }) => ({ type, family, ops })))
  .sort((a, b) => a.type.localeCompare(b.type, "en"));

/**
 * The layers by their type, and some of the user's own, which come before those of the same type.
 *
 * @throws {TypeError} if two of the user's have one type, or one does not say what it becomes.
 */
export function layerTable(own: readonly Layer[] = []): LayerTable {
  const types = own.map(({ type }) => type);
  const twice = types.find((type, i) => types.indexOf(type) !== i);
  if (twice !== undefined) {
    throw new TypeError(`Cannot take up the layers: two of them have the type "${twice}"`);
  }
  const idle = own.find(({ lower, inputs, leftOut, measures, unknown }) =>
    (lower ?? inputs ?? leftOut ?? unknown) === undefined && !measures
  );
  if (idle !== undefined) {
    throw new TypeError(
      `Cannot take up the layers: the type "${idle.type}" has no \`lower\`, which says it in ops`,
    );
  }
  return new Map([...layers, ...own.map((layer) => [layer.type, layer] as const)]);
}

/** What the type of a layer is called, and what is known of it. */
export function layerOf(
  layer: NetLayer,
  known: LayerTable,
): { readonly name: string; readonly type: Layer | undefined } {
  const type = known.get(layer.type);
  const name = type?.unknown?.(layer);
  return name === undefined ? { name: layer.type, type } : { name, type: known.get(name) };
}
