/**
 * BatchNorm: subtracts the mean of each channel and divides by its standard deviation. Scale and
 * offset are a Scale layer that follows, if there are any.
 *
 * Caffe stores moving sums of means and variances, and the factor to divide them by; TensorFlow
 * stores the quotients. With `use_global_stats: false` they are not used: each batch has its own
 * mean and variance, as in training.
 *
 * NVIDIA's Caffe has scale and offset in the layer itself, as fourth and fifth blob, and stores
 * quotients: its third blob is 0. Xilinx's and Intel's store them before the statistics, with the
 * divisor as the last blob; Xilinx's, whose blobs have four axes, does not divide.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/batch_norm_layer.cpp
 * @see https://github.com/NVIDIA/caffe/blob/caffe-0.17/src/caffe/layers/batch_norm_layer.cpp
 * @see https://github.com/Xilinx/Vitis-AI/blob/v1.3/AI-Model-Zoo/caffe-xilinx/src/caffe/layers/cudnn_batch_norm_layer.cpp
 * @see https://github.com/intel/caffe/blob/master/src/caffe/layers/mkl_batch_norm_layer.cpp
 *
 * @module
 */
import { bool, float, message, type MessageOf, nested, onlyWith } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count } from "../../../runtime/tensor.ts";
import type { NetLayer } from "../../caffe/net.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { showAmount } from "../../numbers.ts";
import { defineExtendedLayer } from "../extension.ts";
import { constant } from "../filler.ts";
import { apply, type LayerShape } from "../layer.ts";
import { engine } from "./engine.ts";
import { fusedRelu, rectified } from "./fused_relu.ts";

const BatchNormParameter = message("BatchNormParameter", {
  /** By default Caffe uses the stored statistics outside training. */
  use_global_stats: bool(1),
  moving_average_fraction: float(2, 0.999),
  eps: float(3, 1e-5),
  /** NVIDIA's. */
  scale_bias: bool(0, false),
  scale_filler: nested(0, FillerParameter),
  bias_filler: nested(0, FillerParameter),
  /** The names of other forks. */
  use_alpha_beta: bool(0, false),
  filler: nested(0, FillerParameter),
  shift_filler: nested(0, FillerParameter),
  /** Intel's: whether scale and offset, or only the offset, are in use. */
  use_weight_bias: bool(0, true),
  bias_term: bool(0, true),
  engine: engine(0),
  ...fusedRelu,
  ...onlyWith({
    disable_mean: false,
    disable_variance: false,
    add_eps_before_sqrt: true,
    icnet: false,
  }),
});

export const batchNorm = defineExtendedLayer([rectified], {
  type: "BatchNorm",
  ops: ["affine", "batchNorm", "standardize"],
  param: {
    name: "batch_norm_param",
    number: 139,
    message: BatchNormParameter,
  },

  blobs(instance) {
    const { param, shapes: [shape] } = instance;
    const channels = shape![1] ?? 1;
    const because = `a bottom of ${showAmount(channels, "channel")}`;
    const filler = constant(0);
    const order = orderOf(instance), axes = order === "Xilinx" ? 4 : 1;
    const ofChannels = { shape: axes === 4 ? [1, channels, 1, 1] : [channels], because };
    const statistics = [
      { name: "mean_sum", filler, ...ofChannels },
      { name: "variance_sum", filler, ...ofChannels },
    ];
    const factor = { name: "scale_factor", shape: new Array(axes).fill(1), filler };
    if (!scales(instance)) return [...statistics, factor];
    const { scale_filler, bias_filler } = param;
    const terms = [
      { name: "scale", filler: scale_filler ?? param.filler ?? constant(1), ...ofChannels },
      { name: "offset", filler: bias_filler ?? param.shift_filler ?? filler, ...ofChannels },
    ];
    return order === "NVIDIA"
      ? [...statistics, factor, ...terms]
      : [...terms, ...statistics, factor];
  },

  lower(instance) {
    const { graph, name, layer, param, bottoms: [bottom], blobs } = instance;
    const isScaled = scales(instance), order = orderOf(instance);
    const [mean, variance, divisor, ...terms] = !isScaled || order === "NVIDIA"
      ? blobs
      : [...blobs.slice(2), ...blobs.slice(0, 2)];
    refuseContradictions(layer, param, isScaled);
    const factor = isScaled && order === "Xilinx" ? 1 : graph.dataOf(divisor!)![0]!;
    if (param.use_global_stats === false) {
      if (factor !== 0) {
        instance.warn(
          "its learned statistics are replaced by those of each batch, since it has " +
            "use_global_stats: false, as in training; remove that line from the prototxt to use " +
            "the learned ones",
        );
      }
      const settings = { over: "channel", eps: param.eps, epsUnderRoot: true } as const;
      return [apply(graph, "standardize", name, [bottom!], settings)];
    }
    // A factor of 0 stands for quotients in layers with a scale, and for no statistics in others.
    const quotient = (sum: number) => {
      if (factor !== 0) return sum / factor;
      return isScaled ? sum : 0;
    };
    const divided = (sums: Value) => ({
      shape: [count(sums.shape)],
      data: graph.dataOf(sums)!.map(quotient),
    });
    const statistics = [
      graph.constant(`${name}/mean`, divided(mean!)),
      graph.constant(`${name}/variance`, divided(variance!)),
    ];
    const isCuDNN = isScaled && order !== "Intel" && !param.use_alpha_beta;
    const eps = isCuDNN ? Math.max(param.eps, leastEps) : param.eps;
    const unit = (name: string) =>
      apply(graph, "batchNorm", name, [bottom!, ...statistics], { eps });
    if (!isScaled || !param.use_weight_bias) return [unit(name)];
    const flat = order !== "Xilinx"
      ? terms
      : terms.map((term, i) =>
        graph.constant(`${name}/${i === 0 ? "scales" : "offsets"}`, {
          shape: [count(term.shape)],
          data: graph.dataOf(term)!,
        })
      );
    return [apply(graph, "affine", name, [unit(`${name}/unit`), ...flat], { axis: 1 })];
  },
});

type Instance = LayerShape<MessageOf<typeof BatchNormParameter>>;

/** The minimum in cuDNN. */
const leastEps = 1e-5;

/** @throws {TypeError} if statistics would be learned, or ignored against a setting. */
function refuseContradictions(
  { params }: NetLayer,
  { use_global_stats }: MessageOf<typeof BatchNormParameter>,
  isScaled: boolean,
): void {
  const learned = params.slice(0, isScaled ? 0 : 3).find((spec) => spec.learningRate !== 0);
  if (learned !== undefined) {
    throw new TypeError(
      `its param has lr_mult ${learned.learningRate}, but the statistics are not learned: it ` +
        "must be 0; write lr_mult: 0 into each param of the layer",
    );
  }
  if (isScaled && use_global_stats === false) {
    throw new TypeError(
      "it has its own scale and use_global_stats: false, which NVIDIA's Caffe ignores outside " +
        "training; remove use_global_stats from the prototxt",
    );
  }
}

/** Whether the layer itself has a scale and an offset. */
function scales({ param, stored = [] }: Instance): boolean {
  const { scale_filler, bias_filler, shift_filler, filler } = param;
  return param.scale_bias || param.use_alpha_beta || stored.length === 5 ||
    (scale_filler ?? bias_filler ?? shift_filler ?? filler) !== undefined;
}

/** The fork whose order the blobs have, if they include a scale and an offset. */
function orderOf({ stored = [] }: Instance): "NVIDIA" | "Xilinx" | "Intel" {
  const [first, , third, , last] = stored;
  if (last === undefined || count(last) !== 1) return "NVIDIA";
  if (first!.length === 4) return "Xilinx";
  return count(third!) === 1 ? "NVIDIA" : "Intel";
}
