/**
 * BN: batch normalisation with scale and offset in one layer. Two forks have layers of this name,
 * which their settings tell apart.
 *
 * PSPNet's has four blobs: slope, bias, mean and variance. SegNet's has two: in `bn_mode:
 * INFERENCE` the statistics are folded into scale and shift; otherwise each batch has its own.
 *
 * @see https://github.com/hszhao/PSPNet/blob/master/src/caffe/layers/bn_layer.cpp
 * @see https://github.com/alexgkendall/caffe-segnet/blob/segnet-cleaned/src/caffe/layers/bn_layer.cpp
 *
 * @module
 */
import { bool, float, message, nested, optionalEnumeration } from "../../proto/message.ts";
import type { MessageOf } from "../../proto/message.ts";
import type { Value } from "../../runtime/graph.ts";
import { FillerParameter } from "../caffe/schema.ts";
import { engine } from "./engine.ts";
import { constant } from "./filler.ts";
import { apply, defineLayer } from "./layer.ts";

/** PSPNet's numbers; those of SegNet collide with them, so only text files have its fields. */
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
});

export const bn = defineLayer({
  type: "BN",
  ops: ["affine", "batchNorm", "standardize"],
  param: { name: "bn_param", number: 152, message: BNParameter },

  blobs({ param, shapes: [input] }) {
    const channels = input![1] ?? 1;
    const shape = [1, channels, 1, 1];
    const because = `a bottom of ${channels} channels`;
    if (isSegNet(param)) {
      return [
        { name: "scale", shape, filler: param.scale_filler ?? constant(0), because },
        { name: "shift", shape, filler: param.shift_filler ?? constant(0), because },
      ];
    }
    return [
      { name: "slope", shape, filler: param.slope_filler ?? constant(1), because },
      { name: "bias", shape, filler: param.bias_filler ?? constant(0), because },
      { name: "mean", shape, filler: constant(0), because },
      { name: "variance", shape, filler: constant(1), because },
    ];
  },

  lower({ graph, name, param, bottoms, blobs }) {
    const perChannel = (blob: Value, role: string) => {
      const data = graph.dataOf(blob)!;
      return graph.constant(`${name}/channels/${role}`, { shape: [data.length], data });
    };
    const [slope, bias, ...statistics] = blobs;
    const scaled = (input: Value) => {
      const terms = [perChannel(slope!, "scale"), perChannel(bias!, "offset")];
      return [apply(graph, "affine", name, [input, ...terms], { axis: 1 })];
    };
    if (!isSegNet(param)) {
      const [mean, variance] = statistics;
      const inputs = [
        ...bottoms,
        perChannel(mean!, "mean"),
        perChannel(variance!, "variance"),
      ];
      return scaled(apply(graph, "batchNorm", `${name}/unit`, inputs, { eps: param.eps }));
    }
    if (param.bn_mode === "INFERENCE") return scaled(bottoms[0]!);
    const settings = { over: "channel", eps: 1e-9, epsUnderRoot: true } as const;
    return scaled(apply(graph, "standardize", `${name}/unit`, bottoms, settings));
  },
});

/** Whether the settings are those of SegNet's layer. */
function isSegNet(param: MessageOf<typeof BNParameter>): boolean {
  return [param.scale_filler, param.shift_filler, param.bn_mode].some((x) => x !== undefined);
}
