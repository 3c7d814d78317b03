/**
 * Depthwise convolutions of forks.
 *
 * DepthwiseConvolution is Convolution under another name, and obeys its `group`.
 * ConvolutionDepthwise has one kernel per channel, regardless of `num_output` and `group`.
 * DepthwiseConv, in files for HiSilicon's NNIE, has no `group`: it is the number of channels.
 *
 * @see https://github.com/yonghenglh6/DepthwiseConvolution
 * @see https://github.com/farmingyard/caffe-mobilenet
 *
 * @module
 */
import { message, type MessageOf } from "../../../proto/message.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { showAmount } from "../../numbers.ts";
import { convolution } from "../bvlc/convolution.ts";
import {
  convolutionFields,
  convolutionParam,
  imageSettings,
  windowsOf,
} from "../bvlc/convolution_parameter.ts";
import { paddedToSame, padType } from "../bvlc/same_pads.ts";
import { paddedBySide, sidePads } from "../bvlc/side_pads.ts";
import { defineExtendedLayer } from "../extension.ts";
import { apply, type Layer, type LayerShape } from "../layer.ts";
import { weightsAndBiases } from "../weights.ts";

export const depthwiseConvolution: Layer = { ...convolution, type: "DepthwiseConvolution" };

export const convolutionDepthwise = defineExtendedLayer([paddedBySide, paddedToSame], {
  type: "ConvolutionDepthwise",
  ops: ["conv2d"],
  param: {
    ...convolutionParam,
    message: message("ConvolutionParameter", { ...convolutionFields, ...sidePads, ...padType }),
  },

  blobs(layer) {
    const one = onePerChannel(layer);
    const { channels, kernel } = windowsOf(one);
    const because = `a bottom of ${showAmount(channels, "channel")}`;
    return weightsAndBiases(one.param, [channels, 1, ...kernel])
      .map((spec) => ({ ...spec, because }));
  },

  lower({ graph, name, bottoms, blobs, ...layer }) {
    const { param, shapes } = onePerChannel(layer);
    expectImage(shapes[0]!);
    return [
      apply(graph, "conv2d", name, [...bottoms, ...blobs], {
        ...imageSettings(windowsOf({ ...layer, param, shapes })),
        output: param.num_output,
        group: param.group,
        bias: param.bias_term,
      }),
    ];
  },
});

export const depthwiseConv: Layer = {
  ...convolution,
  type: "DepthwiseConv",
  blobs: (layer) => convolution.blobs!(grouped(layer)),
  lower: (instance) => convolution.lower!({ ...instance, ...grouped(instance) }),
};

/** The layer with as many groups as its bottom has channels. */
function grouped(layer: LayerShape<unknown>): LayerShape<unknown> {
  const param = layer.param as MessageOf<typeof convolutionParam.message>;
  const channels = layer.shapes[0]![param.axis] ?? 1;
  if (param.group !== 1 && param.group !== channels) {
    throw new TypeError(
      `its group is ${param.group}, but it must be its number of channels, ${channels}; remove it`,
    );
  }
  return { ...layer, param: { ...param, group: channels } };
}

/** The layer with as many outputs and groups as its bottom has channels. */
function onePerChannel<Param>(layer: LayerShape<Param>): LayerShape<Param & Grouped> {
  const channels = layer.shapes[0]![1] ?? 1;
  return { ...layer, param: { ...layer.param, num_output: channels, group: channels, axis: 1 } };
}

interface Grouped {
  readonly num_output: number;
  readonly group: number;
  readonly axis: number;
}
