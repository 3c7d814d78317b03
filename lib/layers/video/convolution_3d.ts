/**
 * Convolution over volumes `[N, C, T, H, W]`, from before Caffe's Convolution supported them:
 * Convolution3D in C3D, NdConvolution in video-caffe.
 *
 * @module
 */
import { bool, message, nested, uint32 } from "../../../proto/message.ts";
import { expectGroups } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { longEnough } from "../bvlc/short_bottom.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { expectPositive } from "../positive.ts";
import { weightsAndBiases } from "../weights.ts";
import { expectVideo, volumeWindows, windowFields } from "./volume_parameter.ts";

export const convolution3D = defineLayer({
  type: "Convolution3D",
  ops: ["conv2d", "conv3d", "reshape", "slice"],
  param: {
    name: "convolution_param",
    // C3D's since version 1.1.
    otherNames: ["convolution3d_param"],
    message: message("ConvolutionParameter", {
      num_output: uint32(0, 0),
      bias_term: bool(0, true),
      group: uint32(0, 1),
      /** The number of filters computed at a time, which does not affect the result. */
      filter_group: uint32(0, 1),
      weight_filler: nested(0, FillerParameter),
      bias_filler: nested(0, FillerParameter),
      ...windowFields,
    }),
  },

  blobs({ param, shapes: [shape] }) {
    expectVideo(shape!);
    const { num_output, group } = param, channels = shape![1]!;
    expectPositive({ num_output });
    expectGroups(channels, num_output, group);
    const { kernel } = volumeWindows(param);
    return weightsAndBiases(param, [num_output, channels / group, ...kernel]);
  },

  lower({ graph, name, param, bottoms: [bottom], blobs }) {
    const windows = volumeWindows(param);
    const volume = longEnough(graph, name, bottom!, { ...windows, dilation: [1, 1, 1] });
    return [
      apply(graph, "conv3d", name, [volume, ...blobs], {
        ...windows,
        output: param.num_output,
        group: param.group,
        bias: param.bias_term,
      }),
    ];
  },
});

export const ndConvolution: Layer = { ...convolution3D, type: "NdConvolution" };
