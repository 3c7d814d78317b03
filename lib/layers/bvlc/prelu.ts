/**
 * PReLU: a ReLU with a learned slope, one per channel or one for all.
 *
 * Channels are axis 1; in TensorFlow a slope has the shape of a whole sample.
 *
 * @module
 */
import { bool, message, nested } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { showAmount } from "../../numbers.ts";
import { constant } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

export const prelu = defineLayer({
  type: "PReLU",
  ops: ["prelu", "reshape"],
  param: {
    name: "prelu_param",
    number: 131,
    message: message("PReLUParameter", {
      filler: nested(1, FillerParameter),
      channel_shared: bool(2, false),
    }),
  },

  blobs({ param, shapes: [shape] }) {
    const channels = shape![1];
    if (channels === undefined) {
      throw new TypeError(`its bottom is ${showShape(shape!)}, but it needs channels on axis 1`);
    }
    return [{
      name: "slope",
      shape: param.channel_shared ? [] : [channels],
      filler: param.filler ?? constant(0.25),
      because: param.channel_shared
        ? "channel_shared"
        : `a bottom of ${showAmount(channels, "channel")}`,
    }];
  },

  lower({ graph, name, param, bottoms: [bottom], blobs }) {
    // The op takes one slope as that of all channels.
    const isOne = !param.channel_shared && bottom!.shape[1] === 1;
    const same = isOne ? fixed(graph, name, bottom!, 1, 2) : bottom!;
    return [apply(graph, "prelu", name, [same, ...blobs], {})];
  },
});
