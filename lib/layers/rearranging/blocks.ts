/**
 * Blocks of pixels become channels (space-to-depth), or channels become blocks of pixels
 * (depth-to-space).
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/space_to_depth
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { expectImage, type Shape, showShape } from "../../../runtime/tensor.ts";
import { apply } from "../layer.ts";

/**
 * The order of the channels that blocks become: DCR has all channels of the first pixel first, as
 * TensorFlow, CRD all pixels of the first channel, as PyTorch's PixelShuffle.
 */
export type BlockOrder = "DCR" | "CRD";

/**
 * An image with its blocks of pixels rearranged into channels.
 *
 *     [N, C, H·h, W·w]  →  [N, C, H, h, W, w]  →  [N, h, w, C, H, W] or [N, C, h, w, H, W]
 *                       →  [N, h·w·C, H, W]
 */
export function spaceToDepth(
  graph: GraphBuilder,
  name: string,
  image: Value,
  block: Pair,
  order: BlockOrder,
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
  const high = shaped(`${name}/rows`, image, [-1, rows], 2, 1);
  const wide = shaped(`${name}/columns`, high, [-1, columns], 4, 1);
  const axes = { DCR: [0, 3, 5, 1, 2, 4], CRD: [0, 1, 3, 5, 2, 4] };
  return shaped(name, turned(`${name}/dealt`, wide, axes[order]), [-1], 1, 3);
}

/**
 * An image with its channels rearranged into blocks of r × r pixels.
 *
 *     [N, r²·C, H, W]  →  [N, r, r, C, H, W] or [N, C, r, r, H, W]
 *                      →  [N, C, H, r, W, r]  →  [N, C, H·r, W·r]
 */
export function depthToSpace(
  graph: GraphBuilder,
  name: string,
  image: Value,
  block: number,
  order: BlockOrder,
): Value {
  expectImage(image.shape);
  const all = image.shape[1]!;
  if (block < 1 || all % block ** 2 !== 0) {
    throw new TypeError(
      `its blocks are ${block} × ${block}, whose pixels must divide the ${all} channels of its bottom`,
    );
  }
  const { shaped, turned } = moving(graph);
  const { shape, axes } = {
    DCR: { shape: [block, block, -1], axes: [0, 3, 4, 1, 5, 2] },
    CRD: { shape: [-1, block, block], axes: [0, 1, 4, 2, 5, 3] },
  }[order];
  const dealt = turned(`${name}/dealt`, shaped(`${name}/blocks`, image, shape, 1, 1), axes);
  return shaped(name, shaped(`${name}/rows`, dealt, [-1], 2, 2), [-1], 3, 2);
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
