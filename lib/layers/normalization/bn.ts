/**
 * BN: batch normalisation with scale and offset in one layer. Three forks have layers of this name,
 * which their settings and blobs tell apart.
 *
 * PSPNet's has four blobs: slope, bias, mean and variance. SegNet's has two: in `bn_mode:
 * INFERENCE` the statistics are folded into scale and shift; otherwise each batch has its own.
 * caffe-windows has PSPNet's blobs, but SegNet's names of the fillers, and `var_eps`, whose default
 * differs between its descendants.
 *
 * CuDNNBatchNorm of GENet and SKNet is PSPNet's under another name.
 *
 * @see https://github.com/hszhao/PSPNet/blob/master/src/caffe/layers/bn_layer.cpp
 * @see https://github.com/alexgkendall/caffe-segnet/blob/segnet-cleaned/src/caffe/layers/bn_layer.cpp
 * @see https://github.com/happynear/caffe-windows/blob/ms/src/caffe/layers/bn_layer.cpp
 * @see https://github.com/hujie-frank/GENet/blob/master/src/caffe/layers/cudnn_batch_norm_layer.cpp
 * @module
 */
import {
  bool,
  float,
  message,
  nested,
  onlyWith,
  optionalEnumeration,
} from "../../../proto/message.ts";
import type { MessageOf } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { showAmount } from "../../numbers.ts";
import { customLayerHint } from "../../option_hints.ts";
import { engine } from "../bvlc/engine.ts";
import { constant } from "../filler.ts";
import { apply, type BlobSpec, defineLayer, type Filler, type LayerShape } from "../layer.ts";

/** The field numbers are PSPNet's; those of others collide with them. */
const BNParameter = message("BNParameter", {
  slope_filler: nested(1, FillerParameter),
  bias_filler: nested(2, FillerParameter),
  momentum: float(3, 0.9),
  eps: float(4, 1e-5),
  frozen: bool(5, false),
  engine: engine(6),
  scale_filler: nested(0, FillerParameter),
  shift_filler: nested(0, FillerParameter),
  bn_mode: optionalEnumeration(0, { LEARN: 0, INFERENCE: 1 }),
  var_eps: float(0),
  decay: float(0),
  ...onlyWith({ moving_average: true, icnet: false }),
});

export const bn = defineLayer({
  type: "BN",
  ops: ["affine", "batchNorm", "standardize"],
  param: { name: "bn_param", number: 152, message: BNParameter },

  blobs(layer) {
    const { param, shapes: [input] } = layer, zeros = constant(0), ones = constant(1);
    const fillers: Readonly<Record<string, Filler>> = isSegNet(layer)
      ? { scale: param.scale_filler ?? zeros, shift: param.shift_filler ?? zeros }
      : {
        slope: param.slope_filler ?? ones,
        bias: param.bias_filler ?? zeros,
        mean: zeros,
        variance: ones,
      };
    return channelBlobs(input!, fillers);
  },

  lower(layer) {
    const { graph, name, param, bottoms: [bottom], blobs } = layer;
    if (!isSegNet(layer)) return [normalized(graph, name, bottom!, blobs, epsOf(param))];
    if (param.bn_mode === "INFERENCE") return [scaled(graph, name, bottom!, blobs)];
    const settings = { over: "channel", eps: 1e-9, epsUnderRoot: true } as const;
    const unit = apply(graph, "standardize", `${name}/unit`, [bottom!], settings);
    return [scaled(graph, name, unit, blobs)];
  },
});

export const cudnnBatchNorm = defineLayer({
  type: "CuDNNBatchNorm",
  ops: ["affine", "batchNorm"],
  param: {
    name: "cudnn_batch_norm_param",
    number: 200,
    // SKNet's.
    otherNames: ["batch_norm_param"],
    message: message("CuDNNBatchNormParameter", {
      frozen: bool(1, false),
      momentum: float(2, 0.999),
      eps: float(3, 1e-5),
      scale_filler: nested(4, FillerParameter),
      bias_filler: nested(5, FillerParameter),
    }),
  },

  blobs({ param: { frozen, scale_filler, bias_filler }, shapes: [input] }) {
    const zeros = constant(0);
    return channelBlobs(input!, {
      slope: scale_filler ?? zeros,
      bias: bias_filler ?? zeros,
      mean: zeros,
      variance: frozen ? constant(1) : zeros,
    });
  },

  lower({ graph, name, param: { eps }, bottoms: [bottom], blobs }) {
    if (eps < 1e-5) {
      throw new TypeError(
        `its eps is ${eps}, which some versions of cuDNN replace by 1e-5; set it to 1e-5, or ` +
          customLayerHint,
      );
    }
    return [normalized(graph, name, bottom!, blobs, eps)];
  },
});

/** Blobs of a number for each channel, by their names. */
function channelBlobs(
  [, channels = 1]: Shape,
  fillers: Readonly<Record<string, Filler>>,
): readonly BlobSpec[] {
  const shape = [1, channels, 1, 1], because = `a bottom of ${showAmount(channels, "channel")}`;
  return Object.entries(fillers).map(([name, filler]) => ({ name, shape, filler, because }));
}

/** The normalized channels, scaled and shifted. */
function normalized(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  [slope, bias, mean, variance]: readonly Value[],
  eps: number,
): Value {
  const statistics = [
    perChannel(graph, name, mean!, "mean"),
    perChannel(graph, name, variance!, "variance"),
  ];
  const unit = apply(graph, "batchNorm", `${name}/unit`, [bottom, ...statistics], { eps });
  return scaled(graph, name, unit, [slope!, bias!]);
}

function scaled(
  graph: GraphBuilder,
  name: string,
  input: Value,
  [slope, bias]: readonly Value[],
): Value {
  const terms = [
    perChannel(graph, name, slope!, "scale"),
    perChannel(graph, name, bias!, "offset"),
  ];
  return apply(graph, "affine", name, [input, ...terms], { axis: 1 });
}

function perChannel(graph: GraphBuilder, name: string, blob: Value, role: string): Value {
  const data = graph.dataOf(blob)!;
  return graph.constant(`${name}/channels/${role}`, { shape: [data.length], data });
}

/** Whether it is SegNet's layer. */
function isSegNet({ param, stored = [] }: LayerShape<MessageOf<typeof BNParameter>>): boolean {
  return param.bn_mode !== undefined || hasScaleAndShift(param) && stored.length !== 4;
}

/** Whether its fillers are those of a scale and a shift, as in SegNet's fork and caffe-windows. */
function hasScaleAndShift({ scale_filler, shift_filler }: MessageOf<typeof BNParameter>): boolean {
  return (scale_filler ?? shift_filler) !== undefined;
}

/**
 * The eps of a layer with four blobs.
 *
 * @throws {TypeError} if it is missing, and its default unknown.
 */
function epsOf(param: MessageOf<typeof BNParameter>): number {
  if (param.var_eps !== undefined) return param.var_eps;
  if (!hasScaleAndShift(param)) return param.eps;
  throw new TypeError(
    "it has four blobs and a scale_filler or shift_filler, but no var_eps, whose default differs " +
      "between forks: add var_eps: 1e-10 to its bn_param for caffe-windows, or what the fork's " +
      "caffe.proto says",
  );
}
