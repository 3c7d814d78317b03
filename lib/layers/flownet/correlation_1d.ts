/**
 * Correlation1D: compares each window of the first bottom with those of the second that are
 * displaced horizontally. Only the columns are padded.
 *
 * With `single_direction: 1` only displacements to the right count; with −1 only those to the left,
 * shifted by one step as in the fork. Positions beyond the padding are zero here. The fork reads the
 * end of the previous row there, which is padding too if `pad` is at least `stride_2`.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/correlation_layer1d.cu
 * @module
 */
import { apply, defineLayer } from "../layer.ts";
import { correlationParam, settingsOf } from "./correlation.ts";

export const correlation1D = defineLayer({
  type: "Correlation1D",
  ops: ["correlation", "slice"],
  param: correlationParam,
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms }) {
    const { single_direction: side } = param, settings = settingsOf(param);
    const { pad, displacement, step } = settings, further = side < 0 ? step : 0;
    const both = apply(graph, "correlation", side === 0 ? name : `${name}/both`, bottoms, {
      ...settings,
      // With as much additional padding, the windows of the first image stay in place.
      pad: pad + further,
      displacement: displacement + further,
      flat: true,
    });
    if (side === 0) return [both];
    const radius = Math.floor(displacement / step);
    const kept = side < 0 ? { end: radius + 1 } : { start: radius, end: 2 * radius + 1 };
    return [apply(graph, "slice", name, [both], { axis: 1, ...kept })];
  },
});
