/**
 * PassThrough and SpaceToDepth: TensorFlow's space-to-depth, which rearranges the pixels of blocks into
 * channels, with all channels of a block's first pixel first. YOLO's Reorg, which PassThrough
 * replaces in files for HiSilicon's NNIE, has another order.
 *
 *     [N, C, H·h, W·w]  →  [N·C, H, h, W, w]  →  [N·C, h, w, H, W]
 *                       →  [N, C, h·w, H, W]  →  [N, h·w, C, H, W]  →  [N, h·w·C, H, W]
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/space_to_depth
 * @see https://github.com/winggan/caffe/blob/master/src/caffe/layers/pass_through_layer.cpp
 *
 * @module
 */
import { message, string, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { expectImage, type Shape, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { shuffled } from "../pytorch/pixel_shuffle.ts";

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
    const top = spaceToDepth(graph, name, bottom!, [block_height, block_width]);
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
  (graph, name, image, block) => spaceToDepth(graph, name, image, [block, block]),
);

/** DepthToSpace: the inverse; in the format CRD the pixels of each channel are adjacent. */
export const depthToSpaceLayer = ofBlocks(
  "DepthToSpace",
  "depth_to_space_param",
  ["NCHW", "DCR", "CRD"],
  depthToSpace,
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

/** An image with its blocks of pixels rearranged into channels. */
export function spaceToDepth(
  graph: GraphBuilder,
  name: string,
  image: Value,
  block: Pair,
): Value {
  const pixels = pixelsOfBlocks(graph, name, image, block);
  const { shaped, turned } = moving(graph);
  const images = shaped(`${name}/images`, pixels, [-1, image.shape[1]!], 0, 1);
  return shaped(name, turned(`${name}/turned`, images, [0, 2, 1, 3, 4]), [-1], 1, 2);
}

/** The pixels of the blocks of each plane of an image, as planes `[N·C, h·w, H, W]`. */
export function pixelsOfBlocks(
  graph: GraphBuilder,
  name: string,
  image: Value,
  block: Pair,
): Value {
  expectImage(image.shape);
  const [rows, columns] = block, extents = image.shape.slice(2);
  if (block.some((extent, i) => extent < 1 || extents[i]! % extent !== 0)) {
    throw new TypeError(
      `its blocks are ${rows} × ${columns}, which must divide the height and the width of its ` +
        `bottom ${showShape(image.shape)}`,
    );
  }
  const { shaped, turned } = moving(graph);
  const planes = shaped(`${name}/planes`, image, [-1], 0, 2);
  const high = shaped(`${name}/rows`, planes, [-1, rows], 1, 1);
  const wide = shaped(`${name}/columns`, high, [-1, columns], 3, 1);
  const dealt = turned(`${name}/dealt`, wide, [0, 2, 4, 1, 3]);
  return shaped(`${name}/pixels`, dealt, [-1], 1, 2);
}

/**
 * An image with its channels rearranged into blocks of pixels. In all formats but CRD, the channels of
 * each pixel are adjacent, and are permuted first.
 */
export function depthToSpace(
  graph: GraphBuilder,
  name: string,
  image: Value,
  block: number,
  format: string,
): Value {
  expectImage(image.shape);
  const all = image.shape[1]!, pixels = block ** 2;
  if (block < 1 || all % pixels !== 0) {
    throw new TypeError(
      `its blocks are ${block} × ${block}, whose pixels must divide the ${all} channels of its bottom`,
    );
  }
  if (format === "CRD") return shuffled(graph, name, image, block);
  const { shaped, turned } = moving(graph);
  const split = shaped(`${name}/split`, image, [pixels, all / pixels], 1, 1);
  const dealt = turned(`${name}/blocks`, split, [0, 2, 1, 3, 4]);
  return shuffled(graph, name, shaped(`${name}/images`, dealt, [-1], 1, 2), block);
}

/** Reshapes and permutes values. */
function moving(graph: GraphBuilder) {
  return {
    shaped: (name: string, value: Value, shape: Shape, axis: number, numAxes: number) =>
      apply(graph, "reshape", name, [value], { shape, axis, numAxes }),
    turned: (name: string, value: Value, order: Shape) =>
      apply(graph, "permute", name, [value], { order }),
  };
}
