/**
 * Stack, Unstack and ExpandDimsND of Synopsys's fork: Stack joins its bottoms along a new axis,
 * Unstack splits its bottom along an axis, and ExpandDimsND adds axes of extent 1.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/stack_layer.cpp
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/expand_dims_nd_layer.cpp
 * @module
 */
import { int32, message, repeated } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { axisOf, sameShape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, topName } from "../layer.ts";

export const stack = defineLayer({
  type: "Stack",
  ops: ["concat", "reshape"],
  param: {
    name: "stack_param",
    message: message("StackParameter", { axis: int32(0, 0) }),
  },
  bottoms: [1, Infinity],

  lower({ graph, name, param: { axis }, bottoms, shapes }) {
    const place = placeOf(axis, shapes[0]!.length);
    const odd = shapes.find((shape) => !sameShape(shape, shapes[0]!));
    if (odd !== undefined) {
      throw new TypeError(
        `its bottoms are ${showShape(shapes[0]!)} and ${showShape(odd)}, but must have one shape`,
      );
    }
    const layers = bottoms.map((bottom, i) =>
      added(graph, bottoms.length === 1 ? name : `${name}/bottom${i}`, bottom, place)
    );
    return layers.length === 1 ? layers : [apply(graph, "concat", name, layers, { axis: place })];
  },
});

export const unstack = defineLayer({
  type: "Unstack",
  ops: ["reshape", "slice"],
  param: {
    name: "unstack_param",
    message: message("UnstackParameter", { num: int32(0, 0), axis: int32(0, 0) }),
  },
  tops: [1, Infinity],

  lower(instance) {
    const { graph, name, layer, param: { num, axis }, bottoms: [bottom] } = instance;
    const place = axisOf(axis, bottom!.shape.length);
    const extent = bottom!.shape[place]!, tops = layer.tops.length;
    if (extent !== tops || (num !== 0 && num !== tops)) {
      throw new TypeError(
        `its axis ${place} has ${extent} positions and its num is ${num}, but it has ${tops} tops`,
      );
    }
    const same = fixed(graph, name, bottom!, place, place + 1);
    return layer.tops.map((_, i) => {
      const node = topName(instance, i);
      const part = apply(graph, "slice", `${node}/part`, [same], {
        axis: place,
        start: i,
        end: i + 1,
      });
      return apply(graph, "reshape", node, [part], { shape: [], axis: place, numAxes: 1 });
    });
  },
});

export const expandDims = defineLayer({
  type: "ExpandDimsND",
  ops: ["reshape"],
  param: {
    name: "expand_dims_nd_param",
    message: message("ExpandDimsNDParameter", { axis: repeated(int32(0)) }),
  },

  lower({ graph, name, param: { axis }, bottoms: [bottom] }) {
    // Each axis is a position in the bottom, before the others are added.
    const axes = bottom!.shape.length;
    const places = axis.map((axis, i) => placeOf(axis, axes) + i);
    return [places.reduce((value, place, i) => {
      const node = i === places.length - 1 ? name : `${name}/axis${i}`;
      return added(graph, node, value, place);
    }, bottom!)];
  },
});

function added(graph: GraphBuilder, name: string, value: Value, axis: number): Value {
  return apply(graph, "reshape", name, [value], { shape: [1], axis, numAxes: 0 });
}

/** The position of a new axis; a negative one counts from behind the last axis. */
function placeOf(axis: number, axes: number): number {
  const place = axis < 0 ? axis + axes + 1 : axis;
  if (place >= 0 && place <= axes) return place;
  throw new TypeError(`its axis is ${axis}, but its bottom has ${axes} axes`);
}
