/**
 * BatchNorm: takes away the mean of each channel and divides by its standard deviation. A scale
 * and an offset, where there are any, are a Scale layer that follows.
 *
 * Caffe stores sums that faded as training went on, and by how much they must be divided to be
 * the mean and the variance; TensorFlow stores the quotients. With `use_global_stats: false` the
 * stored sums do not matter: each batch has its own mean and variance, as in training.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/batch_norm_layer.cpp
 * @module
 */
import { bool, float, message } from "../../proto/message.ts";
import type { Value } from "../../runtime/graph.ts";
import { constant } from "./filler.ts";
import { apply, defineLayer } from "./layer.ts";

export const batchNorm = defineLayer({
  type: "BatchNorm",
  ops: ["batchNorm", "standardize"],
  param: {
    name: "batch_norm_param",
    number: 139,
    message: message("BatchNormParameter", {
      /** Without it Caffe uses them whenever it does not train. */
      use_global_stats: bool(1),
      moving_average_fraction: float(2, 0.999),
      eps: float(3, 1e-5),
    }),
  },

  blobs({ shapes: [shape] }) {
    const channels = shape![1] ?? 1;
    const because = `a bottom of ${channels} channels`;
    const filler = constant(0);
    return [
      { name: "mean_sum", shape: [channels], filler, because },
      { name: "variance_sum", shape: [channels], filler, because },
      { name: "scale_factor", shape: [1], filler },
    ];
  },

  lower({ graph, name, layer, param, bottoms: [bottom], blobs: [mean, variance, divisor] }) {
    const learned = layer.params.find((spec) => spec.learningRate !== 0);
    if (learned !== undefined) {
      throw new TypeError(
        `its param has lr_mult ${learned.learningRate}, but the statistics are not learned: it ` +
          "must be 0: write lr_mult: 0 into each param of the layer",
      );
    }
    if (param.use_global_stats === false) {
      const settings = { over: "channel", eps: param.eps, epsUnderRoot: true } as const;
      return [apply(graph, "standardize", name, [bottom!], settings)];
    }
    const factor = graph.dataOf(divisor!)![0]!;
    const divide = (sum: Value) => ({
      shape: sum.shape,
      data: graph.dataOf(sum)!.map((value) => factor === 0 ? 0 : value / factor),
    });
    const statistics = [
      graph.constant(`${name}/mean`, divide(mean!)),
      graph.constant(`${name}/variance`, divide(variance!)),
    ];
    return [apply(graph, "batchNorm", name, [bottom!, ...statistics], { eps: param.eps })];
  },
});
