/**
 * DenseBlock: a whole block of DenseNet. Each step normalises all channels so far, and appends
 * those of a 3 × 3 convolution; with `use_BC` a 1 × 1 bottleneck to four times as many channels
 * comes first.
 *
 * Its blobs are all kernels, then all scales, offsets, means and variances; with `use_BC` the same
 * for the second normalisation of each step; then the factor that means and variances are divided
 * by.
 *
 * @see https://github.com/Tongcheng/caffe/blob/master/src/caffe/layers/DenseBlock_layer.cpp
 *
 * @module
 */
import {
  bool,
  float,
  int32,
  message,
  type MessageOf,
  nested,
  onlyWith,
} from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { showAmount } from "../../numbers.ts";
import { constant } from "../filler.ts";
import { apply, type BlobSpec, defineLayer, type LayerInstance } from "../layer.ts";

const DenseBlockParameter = message("DenseBlockParameter", {
  numTransition: int32(0, 40),
  /** Unused: it follows from the bottom. */
  initChannel: int32(0, 16),
  growthRate: int32(0, 12),
  workspace_mb: int32(0, 8),
  workspace_MB: int32(0, 8),
  gpuIdx: int32(0, 0),
  Filter_Filler: nested(0, FillerParameter),
  BN_Scaler_Filler: nested(0, FillerParameter),
  BN_Bias_Filler: nested(0, FillerParameter),
  moving_average_fraction: float(0, 0.1),
  use_dropout: bool(0, false),
  dropout_amount: float(0, 0.2),
  use_BC: bool(0, false),
  BC_ultra_space_efficient: bool(0, false),
  ...onlyWith({
    pad_h: 1,
    pad_w: 1,
    conv_verticalStride: 1,
    conv_horizentalStride: 1,
    filter_H: 3,
    filter_W: 3,
  }),
});

type DenseBlockParameter = MessageOf<typeof DenseBlockParameter>;

const eps = 1e-5;

/** A limit that no real block exceeds: DenseNet's longest has 48. */
const mostSteps = 1000;

export const denseBlock = defineLayer({
  type: "DenseBlock",
  ops: ["affine", "batchNorm", "concat", "conv2d", "relu"],
  param: { name: "denseblock_param", message: DenseBlockParameter },

  blobs({ param, shapes: [shape] }) {
    const { numTransition, growthRate, Filter_Filler, BN_Scaler_Filler, BN_Bias_Filler } = param;
    expectImage(shape!);
    if (numTransition < 1 || growthRate < 1 || numTransition > mostSteps) {
      throw new TypeError(
        `its numTransition is ${numTransition} and its growthRate ${growthRate}, but both must ` +
          `be at least 1, and the former at most ${mostSteps}`,
      );
    }
    const wide = 4 * growthRate;
    const channels = Array.from({ length: numTransition }, (_, i) => shape![1]! + i * growthRate);
    const because = `a bottom of ${showAmount(shape![1]!, "channel")}, growthRate ${growthRate}`;
    const each = (role: string, filler: BlobSpec["filler"], shapeOf: (from: number) => number[]) =>
      channels.map((from, i) => ({
        name: `${role}${i}`,
        shape: shapeOf(from),
        filler: filler ?? constant(0),
        because,
      }));
    const normalised = (role: string, extent: (from: number) => number) => {
      const vector = (from: number) => [1, extent(from), 1, 1];
      return [
        ...each(`${role}scale`, BN_Scaler_Filler, vector),
        ...each(`${role}offset`, BN_Bias_Filler, vector),
        ...each(`${role}mean`, constant(0), vector),
        ...each(`${role}variance`, constant(1), vector),
      ];
    };
    return [
      ...each("kernels", Filter_Filler, (from) => [growthRate, param.use_BC ? wide : from, 3, 3]),
      ...normalised("", (from) => from),
      ...(param.use_BC ? each("narrowing", Filter_Filler, (from) => [wide, from, 1, 1]) : []),
      ...(param.use_BC ? normalised("narrow_", () => wide) : []),
      { name: "divisor", shape: [1], filler: constant(0) },
    ];
  },

  lower(layer) {
    const { graph, name, param, bottoms: [bottom], blobs } = layer;
    const { numTransition: steps, growthRate } = param;
    let all = bottom!;
    for (let i = 0; i < steps; i++) {
      const node = `${name}/${i}`;
      let next = normalised(layer, `${node}/input`, all, steps + i);
      if (param.use_BC) {
        const narrow = apply(graph, "conv2d", `${node}/narrow`, [next, blobs[5 * steps + i]!], {
          output: 4 * growthRate,
          kernel: [1, 1],
          bias: false,
        });
        next = normalised(layer, `${node}/narrowed`, narrow, 6 * steps + i);
      }
      const grown = apply(graph, "conv2d", `${node}/grown`, [next, blobs[i]!], {
        output: growthRate,
        kernel: [3, 3],
        pad: [1, 1],
        bias: false,
      });
      all = apply(graph, "concat", i === steps - 1 ? name : `${node}/all`, [all, grown], {});
    }
    return [all];
  },
});

/** A value normalised, scaled and rectified by every `numTransition`-th blob from `first` on. */
function normalised(
  { graph, param: { numTransition: steps }, blobs }: LayerInstance<DenseBlockParameter>,
  node: string,
  value: Value,
  first: number,
): Value {
  const divisor = graph.dataOf(blobs.at(-1)!)![0]!;
  const vector = (role: string, index: number, factor: number) => {
    const data = graph.dataOf(blobs[first + index * steps]!)!.map((x) => x * factor);
    return graph.constant(`${node}/${role}`, { shape: [data.length], data });
  };
  const part = divisor === 0 ? 0 : 1 / divisor;
  const statistics = [vector("mean", 2, part), vector("variance", 3, part)];
  const even = apply(graph, "batchNorm", `${node}/even`, [value, ...statistics], { eps });
  const terms = [vector("scale", 0, 1), vector("offset", 1, 1)];
  const scaled = apply(graph, "affine", `${node}/scaled`, [even, ...terms], {});
  return apply(graph, "relu", node, [scaled], {});
}
