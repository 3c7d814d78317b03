/**
 * PassThrough and SpaceToDepth: TensorFlow's space-to-depth, which rearranges the pixels of blocks into
 * channels, with all channels of a block's first pixel first; and DepthToSpace, its inverse. YOLO's
 * Reorg, which PassThrough replaces in files for HiSilicon's NNIE, has another order.
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/space_to_depth
 * @see https://github.com/winggan/caffe/blob/master/src/caffe/layers/pass_through_layer.cpp
 *
 * @module
 */
import { message, string, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { depthToSpace, spaceToDepth } from "./blocks.ts";

export const passThrough = defineLayer({
  type: "PassThrough",
  ops: ["permute", "reshape"],
  param: {
    name: "pass_through_param",
    message: message("PassThroughParameter", {
      block_height: uint32(0, 0),
      block_width: uint32(0, 0),
      /** A predecessor of the others, and redundant with them. */
      num_output: uint32(0, 0),
    }),
  },

  lower({ graph, name, param: { block_height, block_width, num_output }, bottoms: [bottom] }) {
    const same = num_output === 0 ? bottom! : fixed(graph, name, bottom!, 1, 2);
    const top = spaceToDepth(graph, name, same, [block_height, block_width], "DCR");
    if (num_output !== 0 && num_output !== top.shape[1]) {
      throw new TypeError(`its num_output is ${num_output}, but its blocks make ${top.shape[1]}`);
    }
    return [top];
  },
});

/** Rearranges an image `[N, C, H, W]` by blocks, in one of the layer's formats. */
type Make = (
  graph: GraphBuilder,
  name: string,
  image: Value,
  block: number,
  format: string,
) => Value;

export const spaceToDepthLayer = ofBlocks(
  "SpaceToDepth",
  "space_to_depth_param",
  ["NCHW"],
  (graph, name, image, block) => spaceToDepth(graph, name, image, [block, block], "DCR"),
);

/** DepthToSpace: the inverse; in the format CRD the pixels of each channel are adjacent. */
export const depthToSpaceLayer = ofBlocks(
  "DepthToSpace",
  "depth_to_space_param",
  ["NCHW", "DCR", "CRD"],
  (graph, name, image, block, format) =>
    depthToSpace(graph, name, image, block, format === "CRD" ? "CRD" : "DCR"),
);

/** A layer of Synopsys's fork, whose default format is NHWC. */
function ofBlocks(type: string, param: string, formats: readonly string[], make: Make) {
  return defineLayer({
    type,
    ops: ["permute", "reshape"],
    param: {
      name: param,
      message: message("SpaceToDepthParameter", {
        block_size: uint32(0, 0),
        data_format: string(0, "NHWC"),
      }),
    },

    lower({ graph, name, param: { block_size, data_format: format }, bottoms: [bottom] }) {
      expectImage(bottom!.shape);
      if (formats.includes(format)) return [make(graph, name, bottom!, block_size, format)];
      if (format !== "NHWC") {
        const known = ["NHWC", ...formats].join(", ");
        throw new TypeError(`its data_format is ${JSON.stringify(format)}, not one of ${known}`);
      }
      const image = apply(graph, "permute", `${name}/image`, [bottom!], { order: [0, 3, 1, 2] });
      const made = make(graph, `${name}/planes`, image, block_size, format);
      return [apply(graph, "permute", name, [made], { order: [0, 2, 3, 1] })];
    },
  });
}
