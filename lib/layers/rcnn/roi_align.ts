/**
 * ROIAlign: regions of an image, sampled with interpolation.
 *
 * With `roi_align_param` it is Mask R-CNN's. With `roi_pooling_param` it is Cascade R-CNN's in networks
 * that have another layer of it, and elsewhere what the CPU code of one fork of Faster R-CNN computes:
 * one sample per bin, bicubic unless `bi_type` is 0. In its GPU code, `is_multi_interpolate` takes the
 * maximum of four samples; other forks take the mean of bilinear samples.
 *
 * @see https://github.com/makefile/frcnn
 * @module
 */
import { bool, float, int32, message, uint32 } from "../../../proto/message.ts";
import { customLayerHint } from "../../option_hints.ts";
import { apply, defineLayer } from "../layer.ts";
import { binSamples } from "./bin_samples.ts";
import { regionFields, regionSettings } from "./region_parameter.ts";
import { roiGrid } from "./roi_grid.ts";

/** Mask R-CNN's settings, as in several forks. */
const alignParam = {
  name: "roi_align_param",
  message: message("ROIAlignParameter", {
    ...regionFields,
    sampling_ratio: int32(4),
    /** Another spelling. */
    sample_ratio: int32(0),
    roi_end_mode: int32(5, 0),
  }),
};

export const roiAlign = defineLayer({
  type: "ROIAlign",
  ops: [
    "concat",
    "dense",
    "eltwise",
    "permute",
    "power",
    "reshape",
    "roiAlign",
    "roiAverage",
    "slice",
    "threshold",
  ],
  param: {
    name: "roi_pooling_param",
    number: 8266711,
    message: message("ROIPoolingParameter", {
      ...regionFields,
      pad_ratio: float(4, 0),
      bi_type: uint32(5),
      is_multi_interpolate: bool(6),
    }),
  },
  otherParams: [alignParam],
  bottoms: [2, 2],

  lower({ graph, name, layer, param, bottoms, hasLayer, warn }) {
    if (layer.hasParam(alignParam)) {
      const own = layer.param(alignParam), { sampling_ratio, sample_ratio } = own;
      const samples = binSamples({ sampling_ratio, sample_ratio });
      if (own.roi_end_mode !== 0) {
        throw new TypeError(
          `its roi_end_mode is ${own.roi_end_mode}, but only 0 is supported; ${customLayerHint}`,
        );
      }
      const settings = regionSettings(bottoms, own);
      return [apply(graph, "roiAverage", name, bottoms, { ...settings, samples })];
    }
    if (["BoxGroupOutput", "DecodeBBox", "ScaleRoute"].some(hasLayer)) {
      return [roiGrid(graph, name, bottoms, param)];
    }
    const settings = regionSettings(bottoms, param), { bi_type, is_multi_interpolate } = param;
    if (bi_type === undefined && is_multi_interpolate === undefined) {
      warn(
        "it takes one bicubic sample of each bin, as in one fork of Faster R-CNN; if its fork takes the " +
          "mean of bilinear samples, as Mask R-CNN, call its settings roi_align_param, with " +
          "sampling_ratio: 2 for example",
      );
    }
    return [
      apply(graph, "roiAlign", name, bottoms, {
        ...settings,
        pad: param.pad_ratio,
        method: (bi_type ?? 1) === 1 ? "cubic" : "linear",
      }),
    ];
  },
});
