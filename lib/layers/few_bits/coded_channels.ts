/**
 * What learned image compression does to channels before an entropy model codes them. SplitChannel takes
 * the first of them, as many as a setting of MemoryData says. MTranspose makes a row of each position of
 * each group of channels:
 *
 *     [N, C, H, W]  →  [N·(C / groups)·H·W, groups]
 *
 * @see https://github.com/limuhit/CCN/blob/master/caffe/src/caffe/layers/split_channel_layer.cpp
 * @see https://github.com/limuhit/CCN/blob/master/caffe/src/caffe/layers/mtranspose_layer.cpp
 * @module
 */
import { message, onlyWith, uint32 } from "../../../proto/message.ts";
import { expectImage, showShape } from "../../../runtime/tensor.ts";
import { expectChannelGroups } from "../channel_groups.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";

const splitChannel = defineLayer({
  type: "SplitChannel",
  ops: ["slice"],
  param: {
    name: "memory_data_param",
    number: 119,
    message: message("MemoryDataParameter", { channels: uint32(2) }),
  },

  lower({ graph, name, param: { channels }, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    expectPositive({ channels });
    if (channels! > bottom!.shape[1]!) {
      throw new TypeError(
        `its channels are ${channels}, but its bottom is ${showShape(bottom!.shape)}`,
      );
    }
    return [apply(graph, "slice", name, [bottom!], { axis: 1, start: 0, end: channels! })];
  },
});

const mTranspose = defineLayer({
  type: "MTranspose",
  ops: ["permute", "reshape"],
  param: {
    name: "mtranspose_param",
    message: message("MTransposeParameter", {
      groups: uint32(0),
      ...onlyWith({ inverse: false }),
    }),
  },

  lower({ graph, name, param: { groups }, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    expectPositive({ groups });
    expectChannelGroups(bottom!, groups!);
    const nodes = new LayerNodes(graph, name);
    const apart = nodes.add("reshape", "apart", [bottom!], {
      shape: [bottom!.shape[1]! / groups!, groups!],
      axis: 1,
      numAxes: 1,
    });
    const last = nodes.add("permute", "last", [apart], { order: [0, 1, 3, 4, 2] });
    return [apply(graph, "reshape", name, [last], { shape: [-1, groups!] })];
  },
});

export const codedChannels: readonly Layer[] = [mTranspose, splitChannel];
