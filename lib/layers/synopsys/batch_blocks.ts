/**
 * SpaceToBatchND and BatchToSpaceND of TensorFlow, in Synopsys's fork: the pixels of blocks become
 * samples, all samples of a block's first pixel first; and the reverse. Blocks extend over the axes
 * after the first, regardless of the position of the channels.
 *
 *     [N, H·h, W·w, …]  →  [N, H, h, W, w, …]  →  [h, w, N, H, W, …]  →  [h·w·N, H, W, …]
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/space_to_batch_nd
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/space_to_batch_nd_layer.cpp
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/batch_to_space_nd_layer.cpp
 * @module
 */
import { message, repeated, uint32 } from "../../../proto/message.ts";
import { count, type Shape, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { type Sides, sidesFrom, withSides, zeros } from "../padded.ts";

export const spaceToBatch = defineLayer({
  type: "SpaceToBatchND",
  ops: ["concat", "permute", "power", "reshape", "slice", "tile"],
  param: {
    name: "space_to_batch_nd_param",
    message: message("SpaceToBatchNDParameter", {
      block_shape: repeated(uint32(0)),
      paddings: repeated(uint32(0)),
    }),
  },

  lower({ graph, name, param: { block_shape: block, paddings }, bottoms: [bottom] }) {
    const sides = sidesOf("paddings", block, paddings, bottom!.shape);
    const all = withSides(graph, `${name}/padded`, bottom!, sides, zeros);
    block.forEach((extent, i) => {
      if (all.shape[i + 1]! % extent === 0) return;
      throw new TypeError(
        `its block_shape is ${showShape(block)}, which must divide the axes after the first of ` +
          `${showShape(all.shape)}, its bottom with paddings`,
      );
    });
    const split = block.reduce(
      (value, extent, i) =>
        apply(graph, "reshape", `${name}/axis${i + 1}`, [value], {
          shape: [-1, extent],
          axis: 1 + 2 * i,
          numAxes: 1,
        }),
      all,
    );
    const blocks = block.map((_, i) => 2 + 2 * i), grid = block.map((_, i) => 1 + 2 * i);
    const rest = split.shape.map((_, axis) => axis).slice(1 + 2 * block.length);
    const order = [...blocks, 0, ...grid, ...rest];
    const dealt = apply(graph, "permute", `${name}/dealt`, [split], { order });
    return [
      apply(graph, "reshape", name, [dealt], { shape: [-1], numAxes: block.length + 1 }),
    ];
  },
});

export const batchToSpace = defineLayer({
  type: "BatchToSpaceND",
  ops: ["permute", "reshape", "slice"],
  param: {
    name: "batch_to_space_nd_param",
    message: message("BatchToSpaceNDParameter", {
      block_shape: repeated(uint32(0)),
      crops: repeated(uint32(0)),
    }),
  },

  lower({ graph, name, param: { block_shape: block, crops }, bottoms: [bottom] }) {
    const { shape } = bottom!;
    const sides = sidesOf("crops", block, crops, shape);
    const isEmpty = block.some((extent, i) => {
      const [before, after] = sides[i + 1]!;
      return shape[i + 1]! * extent - before - after < 1;
    });
    if (shape[0]! % count(block) !== 0 || isEmpty) {
      throw new TypeError(
        `its block_shape is ${showShape(block)} and its crops are ${showShape(crops)}, but the ` +
          `blocks must divide the samples of its bottom ${showShape(shape)}, and leave some pixels`,
      );
    }
    const split = apply(graph, "reshape", `${name}/blocks`, [bottom!], {
      shape: [...block, -1],
      numAxes: 1,
    });
    const axes = split.shape.map((_, axis) => axis), blocks = block.length;
    const pairs = block.flatMap((_, i) => [blocks + 1 + i, i]);
    const order = [blocks, ...pairs, ...axes.slice(2 * blocks + 1)];
    const dealt = apply(graph, "permute", `${name}/dealt`, [split], { order });
    const whole = block.reduce(
      (value, _, i) =>
        apply(
          graph,
          "reshape",
          i < blocks - 1 ? `${name}/axis${i + 1}` : `${name}/whole`,
          [value],
          {
            shape: [-1],
            axis: i + 1,
            numAxes: 2,
          },
        ),
      dealt,
    );
    const cuts = sides.map(([before, after]) => [-before, -after] as const);
    return [withSides(graph, name, whole, cuts, zeros)];
  },
});

/** The two numbers that a setting tells of each axis of the blocks; 0 for the others. */
function sidesOf(setting: string, block: Shape, numbers: readonly number[], shape: Shape) {
  if (
    block.length === 0 || block.length >= shape.length || block.includes(0) ||
    numbers.length !== 2 * block.length
  ) {
    throw new TypeError(
      `its block_shape is ${showShape(block)} and its ${setting} are ${showShape(numbers)}, but ` +
        `its bottom ${showShape(shape)} needs positive extents, and two numbers for each of them`,
    );
  }
  const sides = sidesFrom(numbers);
  return shape.map((_, axis): Sides => sides[axis - 1] ?? [0, 0]);
}
