/**
 * The layers of Caffe itself, and variants of them in forks.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { python } from "../python/python.ts";
import { absVal, bnll, sigmoid, tanh, threshold } from "./activations.ts";
import { argMax } from "./arg_max.ts";
import { batchNorm } from "./batch_norm.ts";
import { batchReindex } from "./batch_reindex.ts";
import { bias } from "./bias.ts";
import { brelu, clip } from "./clip.ts";
import { concat } from "./concat.ts";
import { convolution } from "./convolution.ts";
import { autoCrop, crop } from "./crop.ts";
import {
  annotatedData,
  data,
  forkData,
  hdf5Data,
  imageData,
  memoryData,
  molGridData,
  windowData,
} from "./data.ts";
import { deconvolution } from "./deconvolution.ts";
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
import { innerProduct } from "./inner_product.ts";
import { input } from "./input.ts";
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
import { pooling } from "./pooling.ts";
import { power } from "./power.ts";
import { prelu } from "./prelu.ts";
import { lstm, rnn } from "./recurrent.ts";
import { reduction } from "./reduction.ts";
import { relu } from "./relu.ts";
import { reshape } from "./reshape.ts";
import { scalar, scale } from "./scale.ts";
import { silence } from "./silence.ts";
import { slice } from "./slice.ts";
import { softmax } from "./softmax.ts";
import { split } from "./split.ts";
import { spp } from "./spp.ts";
import { stridedKernels } from "./strided_kernels.ts";
import { swish } from "./swish.ts";
import { tile } from "./tile.ts";

export const bvlc: readonly Family[] = [
  ["Caffe", [
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
    python,
    reduction,
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
  ]],
  ["DehazeNet", [brelu]],
  ["other activations", [spatialDropout]],
  ["RCF", [autoCrop]],
  ["OpenCL", stridedKernels],
  ["others", [scalar]],
  ["gnina", [molGridData]],
  ["losses and data of forks", [annotatedData, ...forkData, ...forkMeasures, ...forkOutputs]],
];
