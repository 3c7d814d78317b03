/**
 * Slice: splits a bottom along an axis into one piece per top, at the given points or evenly.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/slice_layer.cpp
 * @module
 */
import { int32, message, repeated, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { axisOf } from "../../../runtime/tensor.ts";
import { apply, defineLayer, type LayerInstance, topName } from "../layer.ts";

/** The settings of Slice. */
export const sliceParam = {
  name: "slice_param",
  number: 126,
  message: message("SliceParameter", {
    /** An old name of `axis`. Both are 1 by default; Caffe tests whether they are set. */
    slice_dim: uint32(1),
    slice_point: repeated(uint32(2)),
    axis: int32(3),
  }),
};

export const slice = defineLayer({
  type: "Slice",
  ops: ["reshape", "slice"],
  param: sliceParam,
  tops: [1, Infinity],

  sharesMemory: ({ layer }) => layer.tops.length === 1,

  lower(layer) {
    const { graph, param, bottoms: [bottom], layer: { tops } } = layer;
    if (param.axis !== undefined && param.slice_dim !== undefined) {
      throw new TypeError("it has both axis and slice_dim, but needs one of them");
    }
    const axis = axisOf(param.axis ?? param.slice_dim ?? 1, bottom!.shape.length);
    const points = pointsOf(param.slice_point, tops.length, bottom!.shape[axis]!);
    if (tops.length === 1) return [bottom!];
    const isFixed = axis === 1 && hasFixedChannels(graph, bottom!);
    if (param.slice_point.length === 0 && !isFixed) return evenly(layer, axis);
    return tops.map((_, i) =>
      apply(graph, "slice", topName(layer, i), [bottom!], {
        axis,
        start: points[i]!,
        // The last piece extends to the end of a larger bottom.
        end: i + 1 === tops.length && param.slice_point.length > 0 ? 0 : points[i + 1]!,
      })
    );
  },
});

/** Whether learned weights determine the number of channels, which may vary at run time otherwise. */
function hasFixedChannels(graph: GraphBuilder, value: Value): boolean {
  const open = new Set([value]);
  for (const { inputs, output } of graph.nodes.toReversed()) {
    const isOpen = open.delete(output) && inputs.every((input) => !graph.dataOf(input));
    if (isOpen) inputs.forEach((input) => open.add(input));
  }
  // Only inputs of the network remain.
  return open.size === 0;
}

/** Pieces of equal extent, whatever the extent of the axis at run time. */
function evenly(layer: LayerInstance<unknown>, axis: number): readonly Value[] {
  const { graph, name, bottoms: [bottom], layer: { tops } } = layer;
  const pieces = apply(graph, "reshape", `${name}/pieces`, [bottom!], {
    shape: [tops.length, -1],
    axis,
    numAxes: 1,
  });
  return tops.map((_, i) => {
    const top = topName(layer, i);
    const piece = apply(graph, "slice", `${top}/piece`, [pieces], { axis, start: i, end: i + 1 });
    return apply(graph, "reshape", top, [piece], { shape: [-1], axis, numAxes: 2 });
  });
}

/** The starts of the pieces, and the end of the last one. */
function pointsOf(given: readonly number[], pieces: number, extent: number): readonly number[] {
  if (given.length === 0) {
    if (extent % pieces !== 0) {
      throw new TypeError(
        `its extent ${extent} does not divide into ${pieces} tops, and it has no slice_point`,
      );
    }
    return Array.from({ length: pieces + 1 }, (_, i) => i * extent / pieces);
  }
  if (given.length !== pieces - 1) {
    throw new TypeError(
      `it has ${given.length} slice_point for ${pieces} tops, but needs one fewer than tops`,
    );
  }
  const points = [0, ...given, extent];
  if (points.some((point, i) => i > 0 && point <= points[i - 1]!)) {
    throw new TypeError(
      `its slice_point ${given.join(", ")} must ascend and be between 0 and ${extent}`,
    );
  }
  return points;
}
