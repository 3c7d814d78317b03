/**
 * BatchNorm: subtracts the mean of each channel and divides by its standard deviation. Scale and
 * offset are a Scale layer that follows, if there are any.
 *
 * Caffe stores moving sums of means and variances, and the factor to divide them by; TensorFlow
 * stores the quotients. With `use_global_stats: false` they are not used: each batch has its own
 * mean and variance, as in training.
 *
 * NVIDIA's Caffe has scale and offset in the layer itself, as fourth and fifth blob, and stores
 * quotients: its third blob is 0.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/batch_norm_layer.cpp
 *
 * @module
 */
import { bool, float, message, type MessageOf, nested } from "../../proto/message.ts";
import type { Value } from "../../runtime/graph.ts";
import { FillerParameter } from "../caffe/schema.ts";
import { constant } from "./filler.ts";
import { fusedRelu, rectifying } from "./fused_relu.ts";
import { apply, defineLayer, type LayerShape } from "./layer.ts";

const BatchNormParameter = message("BatchNormParameter", {
  /** By default Caffe uses the stored statistics outside training. */
  use_global_stats: bool(1),
  moving_average_fraction: float(2, 0.999),
  eps: float(3, 1e-5),
  /** NVIDIA's. Their field numbers collide, so they are read from text only. */
  scale_bias: bool(0, false),
  scale_filler: nested(0, FillerParameter),
  bias_filler: nested(0, FillerParameter),
  /** Another fork's word for `scale_bias`. */
  use_alpha_beta: bool(0, false),
  ...fusedRelu,
});

export const batchNorm = rectifying(defineLayer({
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
    const because = `a bottom of ${channels} channels`;
    const filler = constant(0);
    const ofChannels = { shape: [channels], because };
    return [
      { name: "mean_sum", filler, ...ofChannels },
      { name: "variance_sum", filler, ...ofChannels },
      { name: "scale_factor", shape: [1], filler },
      ...(scales(instance)
        ? [
          { name: "scale", filler: param.scale_filler ?? constant(1), ...ofChannels },
          { name: "offset", filler: param.bias_filler ?? filler, ...ofChannels },
        ]
        : []),
    ];
  },

  lower(instance) {
    const { graph, name, layer, param, bottoms: [bottom], blobs } = instance;
    const [mean, variance, divisor, ...terms] = blobs;
    const isScaled = scales(instance);
    const learned = layer.params.slice(0, isScaled ? 0 : 3).find((spec) => spec.learningRate !== 0);
    if (learned !== undefined) {
      throw new TypeError(
        `its param has lr_mult ${learned.learningRate}, but the statistics are not learned: it ` +
          "must be 0: write lr_mult: 0 into each param of the layer",
      );
    }
    if (isScaled && param.use_global_stats === false) {
      throw new TypeError(
        "it has a scale of its own and use_global_stats: false, of which NVIDIA's Caffe takes no " +
          "notice outside training: take it out of the prototxt",
      );
    }
    const factor = graph.dataOf(divisor!)![0]!;
    if (param.use_global_stats === false) {
      if (factor !== 0) {
        instance.warn(
          "it has learned statistics, but takes those of each batch, since it has " +
            "use_global_stats: false, as in training; take that line out of the prototxt to use " +
            "what was learned",
        );
      }
      const settings = { over: "channel", eps: param.eps, epsUnderRoot: true } as const;
      return [apply(graph, "standardize", name, [bottom!], settings)];
    }
    const divide = (sum: Value) => ({
      shape: sum.shape,
      data: graph.dataOf(sum)!.map((value) => factor !== 0 ? value / factor : isScaled ? value : 0),
    });
    const statistics = [
      graph.constant(`${name}/mean`, divide(mean!)),
      graph.constant(`${name}/variance`, divide(variance!)),
    ];
    const unit = (name: string) =>
      apply(graph, "batchNorm", name, [bottom!, ...statistics], { eps: param.eps });
    if (!isScaled) return [unit(name)];
    return [apply(graph, "affine", name, [unit(`${name}/unit`), ...terms], { axis: 1 })];
  },
}));

/** Whether the layer has a scale and an offset of its own. */
function scales(
  { layer, param }: Pick<LayerShape<MessageOf<typeof BatchNormParameter>>, "layer" | "param">,
): boolean {
  return param.scale_bias || param.use_alpha_beta ||
    (param.scale_filler ?? param.bias_filler) !== undefined ||
    layer.blobs.length === 5;
}
