/**
 * Correlation1D: compares windows of an image with windows of another one that lie to the left and
 * to the right of them. Only the columns are padded.
 *
 * With `single_direction: 1` only those to the right.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/correlation_layer1d.cu
 * @module
 */
import { apply, defineLayer } from "../layer.ts";
import { comparisons, correlationParam } from "./correlation.ts";

export const correlation1D = defineLayer({
  type: "Correlation1D",
  ops: ["correlation", "slice"],
  param: correlationParam,
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms }) {
    const { kernel_size, max_displacement, single_direction: side, stride_2: step } = param;
    if (kernel_size === undefined || max_displacement === undefined) {
      throw new TypeError("it needs both a kernel_size and a max_displacement");
    }
    if (side < 0) {
      throw new TypeError(
        "its single_direction is -1, where the fork reads beyond the displacements that it has " +
          "room for; it must be 0 or 1",
      );
    }
    const both = apply(graph, "correlation", side > 0 ? `${name}/both` : name, bottoms, {
      compare: comparisons[param.correlation_type],
      kernel: kernel_size,
      pad: param.pad,
      displacement: max_displacement,
      stride: param.stride_1,
      step,
      flat: true,
    });
    if (side === 0) return [both];
    const radius = Math.floor(max_displacement / step);
    return [apply(graph, "slice", name, [both], { axis: 1, start: radius, end: 2 * radius + 1 })];
  },
});
