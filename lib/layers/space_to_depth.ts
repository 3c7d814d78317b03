/**
 * PassThrough and SpaceToDepth: make channels of the pixels of blocks, as TensorFlow's space-to-depth
 * does: all channels of the first pixel of each block come first. YOLO's Reorg, which it stands for in
 * files for HiSilicon's NNIE, deals the numbers out otherwise.
 *
 *     [N, C, H·h, W·w]  →  [N·C, H, h, W, w]  →  [N·C, h, w, H, W]
 *                       →  [N, C, h·w, H, W]  →  [N, h·w, C, H, W]  →  [N, h·w·C, H, W]
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/space_to_depth
 * @see https://github.com/winggan/caffe/blob/master/src/caffe/layers/pass_through_layer.cpp
 * @module
 */
import { message, string, uint32 } from "../../proto/message.ts";
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import { expectImage, type Shape, showShape } from "../../runtime/tensor.ts";
import { apply, defineLayer } from "./layer.ts";

export const passThrough = defineLayer({
  type: "PassThrough",
  ops: ["permute", "reshape"],
  param: {
    name: "pass_through_param",
    // Forks have given it several numbers, so only text files have it.
    number: 0,
    message: message("PassThroughParameter", {
      block_height: uint32(0, 0),
      block_width: uint32(0, 0),
      /** Older than the others, which tell it as well. */
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

/** The settings of the two in Synopsys's fork, which takes the channels last by default. */
const blockParam = (name: string) => ({
  name,
  number: 0,
  message: message("SpaceToDepthParameter", {
    block_size: uint32(0, 0),
    data_format: string(0, "NHWC"),
  }),
});

export const spaceToDepthLayer = defineLayer({
  type: "SpaceToDepth",
  ops: ["permute", "reshape"],
  param: blockParam("space_to_depth_param"),

  lower: ({ graph, name, param: { block_size, data_format }, bottoms: [bottom] }) => [
    inFormat(
      graph,
      name,
      bottom!,
      data_format,
      ["NCHW"],
      (name, image) => spaceToDepth(graph, name, image, [block_size, block_size]),
    ),
  ],
});

/** DepthToSpace: the way back; in the format CRD the pixels of each channel are side by side. */
export const depthToSpaceLayer = defineLayer({
  type: "DepthToSpace",
  ops: ["permute", "reshape"],
  param: blockParam("depth_to_space_param"),

  lower: ({ graph, name, param: { block_size, data_format }, bottoms: [bottom] }) => [
    inFormat(
      graph,
      name,
      bottom!,
      data_format,
      ["NCHW", "DCR", "CRD"],
      (name, image) => depthToSpace(graph, name, image, block_size, data_format === "CRD"),
    ),
  ],
});

/** What is made of an image, whose channels may be last. */
function inFormat(
  graph: GraphBuilder,
  name: string,
  image: Value,
  format: string,
  formats: readonly string[],
  make: (name: string, image: Value) => Value,
): Value {
  expectImage(image.shape);
  if (formats.includes(format)) return make(name, image);
  if (format !== "NHWC") {
    const known = ["NHWC", ...formats].join(", ");
    throw new TypeError(`its data_format is ${JSON.stringify(format)}, not one of ${known}`);
  }
  const first = apply(graph, "permute", `${name}/image`, [image], { order: [0, 3, 1, 2] });
  const made = make(`${name}/planes`, first);
  return apply(graph, "permute", name, [made], { order: [0, 2, 3, 1] });
}

function spaceToDepth(graph: GraphBuilder, name: string, image: Value, block: Pair): Value {
  expectImage(image.shape);
  const [, channels, ...extents] = image.shape;
  const [rows, columns] = block;
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
  const pixels = shaped(`${name}/pixels`, dealt, [-1], 1, 2);
  const images = shaped(`${name}/images`, pixels, [-1, channels!], 0, 1);
  return shaped(name, turned(`${name}/turned`, images, [0, 2, 1, 3, 4]), [-1], 1, 2);
}

/**
 *     [N, b·b·C, H, W]  →  [N, b·b, C, H, W]  →  [N, C, b·b, H, W]  →  [N·C, b, b, H, W]
 *                       →  [N·C, H, b, W, b]  →  [N·C, H·b, W·b]    →  [N, C, H·b, W·b]
 */
function depthToSpace(
  graph: GraphBuilder,
  name: string,
  image: Value,
  block: number,
  isSideBySide: boolean,
): Value {
  const channels = image.shape[1]! / block ** 2;
  if (block < 1 || !Number.isInteger(channels)) {
    throw new TypeError(
      `its block_size is ${block}, whose square must divide the ${
        image.shape[1]
      } channels of its bottom`,
    );
  }
  const { shaped, turned } = moving(graph);
  const parts = isSideBySide ? [channels, block ** 2] : [block ** 2, channels];
  const split = shaped(`${name}/split`, image, parts, 1, 1);
  const blocks = isSideBySide ? split : turned(`${name}/blocks`, split, [0, 2, 1, 3, 4]);
  const planes = shaped(`${name}/images`, blocks, [-1], 0, 2);
  const pixels = shaped(`${name}/pixels`, planes, [block, block], 1, 1);
  const dealt = turned(`${name}/dealt`, pixels, [0, 3, 1, 4, 2]);
  const wide = shaped(`${name}/columns`, dealt, [-1], 3, 2);
  const high = shaped(`${name}/rows`, wide, [-1], 1, 2);
  return shaped(name, high, [-1, channels], 0, 1);
}

/** Gives values other axes, and another order of them. */
function moving(graph: GraphBuilder) {
  return {
    shaped: (name: string, value: Value, shape: Shape, axis: number, numAxes: number) =>
      apply(graph, "reshape", name, [value], { shape, axis, numAxes }),
    turned: (name: string, value: Value, order: Shape) =>
      apply(graph, "permute", name, [value], { order }),
  };
}
