/**
 * TensorFlow's "SAME" padding, which is `pad_type: 1` in Synopsys's fork: the number of windows is the
 * extent divided by the stride, rounded up, and an odd padding has one more zero after than before.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/util/im2col.cpp
 * @module
 */
import { type MessageOf, openEnumeration } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { defineExtension } from "../extension.ts";
import { fixed } from "../fixed.ts";
import type { LayerInstance } from "../layer.ts";
import { type sidedParam, windowSettings } from "./convolution_parameter.ts";

/** The setting. */
export const padType = { pad_type: openEnumeration(0, {}, "0") };

type Parameter = Omit<MessageOf<typeof sidedParam.message>, "pad_type"> & {
  readonly pad_type: string;
};

/** A convolution with a padding for each side, whose settings also include {@linkcode padType}. */
export const paddedToSame = defineExtension<Parameter>({
  ops: ["reshape"],
  lower: (instance, plain) => plain(instance.param.pad_type === "0" ? instance : padded(instance)),
});

/** The layer with the padding computed from its bottom's extents. */
function padded(instance: LayerInstance<Parameter>): LayerInstance<Parameter> {
  const { graph, name, param, shapes } = instance;
  if (param.pad_type !== "1") {
    throw new TypeError(`its pad_type is ${param.pad_type}, but only 0 and 1 are supported`);
  }
  const { axis, kernel, stride, dilation, pad } = windowSettings(instance);
  const given = [...pad, param.pad_l, param.pad_r, param.pad_t, param.pad_b];
  if (axis !== 1 || kernel.length !== 2 || given.some((extent) => extent !== 0)) {
    throw new TypeError(
      "its pad_type is 1, but it has other padding as well, or its bottom " +
        `${showShape(shapes[0]!)} is not an image`,
    );
  }
  const [rows, columns] = kernel.map((extent, i) => {
    const length = shapes[0]![2 + i]!, step = stride[i]!;
    // The fork ignores the dilation here.
    const whole = Math.max(extent - (length % step || step), 0), before = Math.floor(whole / 2);
    const reach = dilation[i]! * (extent - 1) + 1;
    const last = (Math.ceil(length / step) - 1) * step + reach;
    return [before, Math.max(last - length - before, 0)] as const;
  }) as [readonly [number, number], readonly [number, number]];
  const isAlways = stride.every((step) => step === 1);
  const bottoms = isAlways
    ? instance.bottoms
    : instance.bottoms.map((bottom, i) => fixed(graph, `${name}/bottom${i}`, bottom, 2));
  return {
    ...instance,
    bottoms,
    param: {
      ...param,
      pad_type: "0",
      ...{ pad: [], pad_h: undefined, pad_w: undefined },
      ...{ pad_t: rows[0], pad_b: rows[1], pad_l: columns[0], pad_r: columns[1] },
    },
  };
}
