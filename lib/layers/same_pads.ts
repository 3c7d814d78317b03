/**
 * Padding as TensorFlow calls it "SAME", which Synopsys's fork has as `pad_type: 1`: as many windows as
 * strides go into the image, and of an odd number of zeros one more behind than before.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/util/im2col.cpp
 * @module
 */
import { type MessageOf, openEnumeration } from "../../proto/message.ts";
import { showShape } from "../../runtime/tensor.ts";
import { type sidedParam, windowSettings } from "./convolution_parameter.ts";
import { fixed } from "./fixed.ts";
import type { Layer, LayerInstance } from "./layer.ts";

/** The setting. Its number collides, so only text files have it. */
export const padType = { pad_type: openEnumeration(0, {}, "0") };

type Parameter = Omit<MessageOf<typeof sidedParam.message>, "pad_type"> & {
  readonly pad_type: string;
};

/** A convolution that pads by a number for each side, with what {@linkcode padType} says. */
export function withSamePads(layer: Layer): Layer {
  return {
    ...layer,
    ops: [...new Set([...layer.ops ?? [], "reshape"] as const)],

    lower(instance) {
      const { param } = instance as LayerInstance<Parameter>;
      if (param.pad_type === "0") return layer.lower!(instance);
      return layer.lower!(padded(instance as LayerInstance<Parameter>));
    },
  };
}

/** The layer with the padding that follows from its bottom's extents. */
function padded(instance: LayerInstance<Parameter>): LayerInstance<Parameter> {
  const { graph, name, param, shapes } = instance;
  if (param.pad_type !== "1") {
    throw new TypeError(`its pad_type is ${param.pad_type}, but 0 and 1 are known`);
  }
  const { axis, kernel, stride, dilation, pad } = windowSettings(instance);
  const given = [...pad, param.pad_l, param.pad_r, param.pad_t, param.pad_b];
  if (axis !== 1 || kernel.length !== 2 || given.some((extent) => extent !== 0)) {
    throw new TypeError(
      `its pad_type is 1, but it has other padding as well, or its bottom ${
        showShape(shapes[0]!)
      } ` +
        "is no image",
    );
  }
  const [rows, columns] = kernel.map((extent, i) => {
    const length = shapes[0]![2 + i]!, step = stride[i]!;
    // The dilation does not count here, in that fork.
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
