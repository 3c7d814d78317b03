/**
 * TileND and BroadcastTo of Synopsys's fork: TileND repeats its bottom along several axes, BroadcastTo
 * broadcasts it to a shape.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/tile_nd_layer.cpp
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/broadcast_to_layer.cpp
 * @module
 */
import { int32, message, repeated, uint32 } from "../../../proto/message.ts";
import { axisOf, sameShape, showShape } from "../../../runtime/tensor.ts";
import { broadcastTo, commonShape } from "../broadcast.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

export const tileND = defineLayer({
  type: "TileND",
  ops: ["tile"],
  param: {
    name: "tile_nd_param",
    message: message("TileNDParameter", {
      axis: repeated(int32(0)),
      tiles: repeated(int32(0)),
      /** The tiles of all axes, in older files, which lack the settings above. */
      multiples: repeated(uint32(0)),
    }),
  },

  lower({ graph, name, param: { axis, tiles, multiples }, bottoms: [bottom] }) {
    const { length } = bottom!.shape;
    const isOld = axis.length === 0 && tiles.length === 0;
    const times = isOld ? multiples : tiles;
    const axes = isOld ? multiples.map((_, i) => i) : axis.map((axis) => axisOf(axis, length));
    const isWrong = axes.length === 0 || axes.length !== times.length ||
      (isOld ? length !== times.length : multiples.length > 0) ||
      new Set(axes).size < axes.length || times.some((times) => times < 1);
    if (isWrong) {
      throw new TypeError(
        `its axes are [${axis.join(", ")}], its tiles [${tiles.join(", ")}] and its multiples ` +
          `[${multiples.join(", ")}], but it needs as many positive tiles as different axes, or ` +
          `a positive multiple for each axis of ${showShape(bottom!.shape)}`,
      );
    }
    return [axes.reduce(
      (value, axis, i) =>
        apply(graph, "tile", i === axes.length - 1 ? name : `${name}/axis${axis}`, [value], {
          ...{ axis, tiles: times[i]! },
        }),
      bottom!,
    )];
  },
});

export const broadcastToLayer = defineLayer({
  type: "BroadcastTo",
  ops: ["reshape", "tile"],
  param: {
    name: "broadcast_to_param",
    message: message("BroadcastToParameter", { shape: repeated(uint32(1)) }),
  },

  lower({ graph, name, param: { shape }, bottoms: [bottom] }) {
    if (
      shape.length < bottom!.shape.length || shape.includes(0) ||
      !sameShape(commonShape(bottom!.shape, shape), shape)
    ) {
      throw new TypeError(
        `its bottom is ${showShape(bottom!.shape)}, which cannot become ${showShape(shape)}`,
      );
    }
    // Only as many samples as there are may be others.
    const isOfSamples = shape.length === bottom!.shape.length && shape[0] === bottom!.shape[0];
    const same = fixed(graph, `${name}/bottom`, bottom!, isOfSamples ? 1 : 0);
    return [broadcastTo(graph, name, same, shape)];
  },
});
