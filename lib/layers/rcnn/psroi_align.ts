/**
 * PSROIAlign: R-FCN's PSROIPooling by bilinear samples. There are two, which differ in the name of the
 * number of samples:
 *
 * - With `sample_num`, a box includes its last row and column, and is not smaller than 0.1 pixels. The
 *   samples divide a bin in parts, one more than samples, along each axis. Those on the last row and
 *   column of the image are 0, as are those beyond.
 * - With `sampling_ratio`, it is Mask R-CNN's ROIAlign.
 *
 * One fork reads `psroi_pooling_param`, and takes four samples of boxes of any size; that is refused.
 *
 * @see https://github.com/afantideng/R-FCN-PSROIAlign
 * @see https://github.com/p517332051/caffe-windows/blob/master/src/caffe/layers/psroi_align_layer.cu
 * @module
 */
import { float, int32, message } from "../../../proto/message.ts";
import { customLayerHint } from "../../option_hints.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";
import { binSamples } from "./bin_samples.ts";
import { expectBoxes } from "./region_parameter.ts";

export const psroiAlign = defineLayer({
  type: "PSROIAlign",
  ops: ["affine", "reshape", "roiAverage"],
  param: {
    name: "psroi_align_param",
    message: message("PSROIAlignParameter", {
      spatial_scale: float(0, 1),
      output_dim: int32(0, 0),
      group_size: int32(0, 0),
      sample_num: int32(0),
      sampling_ratio: int32(0),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms: [image, boxes], layer }) {
    const { sample_num, sampling_ratio, group_size, output_dim } = param;
    if (layer.hasParam({ name: "psroi_pooling_param" })) {
      throw new TypeError(
        "it has psroi_pooling_param, as in one fork, but only psroi_align_param with sample_num or " +
          `sampling_ratio is supported; ${customLayerHint}`,
      );
    }
    if ((sample_num === undefined) === (sampling_ratio === undefined)) {
      throw new TypeError(
        "its psroi_align_param must have sample_num or sampling_ratio: they tell two forks apart",
      );
    }
    expectPositive({ output_dim });
    const settings = {
      bins: [group_size, group_size],
      scale: param.spatial_scale,
      output: output_dim,
    } as const;
    const samples = binSamples({ sample_num, sampling_ratio });
    if (sample_num === undefined) {
      return [apply(graph, "roiAverage", name, [image!, boxes!], { ...settings, samples })];
    }
    expectPositive({ sample_num });
    expectBoxes(boxes!);
    const nodes = new LayerNodes(graph, name);
    const list = nodes.reshape("boxes", boxes!, [0, 5]);
    const last = nodes.numbers("last", [0, 0, 0, 1, 1]);
    const whole = nodes.add("affine", "whole", [list, last], { terms: "offset" });
    return [
      apply(graph, "roiAverage", name, [image!, whole], {
        ...settings,
        samples,
        method: "inner",
      }),
    ];
  },
});
