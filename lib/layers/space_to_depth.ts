/**
 * PassThrough: makes small channels of the pixels of blocks, as TensorFlow's space-to-depth does: all
 * channels of the first pixel of each block come first. YOLO's Reorg, which it stands for in files
 * for HiSilicon's NNIE, deals the numbers out otherwise.
 *
 *     [N, C, H·h, W·w]  →  [N·C, H, h, W, w]  →  [N·C, h, w, H, W]
 *                       →  [N, C, h·w, H, W]  →  [N, h·w, C, H, W]  →  [N, h·w·C, H, W]
 *
 * @see https://github.com/winggan/caffe/blob/master/src/caffe/layers/pass_through_layer.cpp
 * @module
 */
import { message, uint32 } from "../../proto/message.ts";
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
  const shaped = (name: string, value: Value, shape: Shape, axis: number, numAxes: number) =>
    apply(graph, "reshape", name, [value], { shape, axis, numAxes });
  const turned = (name: string, value: Value, order: Shape) =>
    apply(graph, "permute", name, [value], { order });
  const planes = shaped(`${name}/planes`, image, [-1], 0, 2);
  const high = shaped(`${name}/rows`, planes, [-1, rows], 1, 1);
  const wide = shaped(`${name}/columns`, high, [-1, columns], 3, 1);
  const dealt = turned(`${name}/dealt`, wide, [0, 2, 4, 1, 3]);
  const pixels = shaped(`${name}/pixels`, dealt, [-1], 1, 2);
  const images = shaped(`${name}/images`, pixels, [-1, channels!], 0, 1);
  return shaped(name, turned(`${name}/turned`, images, [0, 2, 1, 3, 4]), [-1], 1, 2);
}
