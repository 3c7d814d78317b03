/**
 * Gather and GatherNd of Synopsys's fork: select by constant indices. Gather selects positions of one
 * axis; the axes of the indices replace the axis, and a single number removes it. GatherNd selects
 * positions of the first axes, whose number is the last extent of the indices.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/gather_nd_layer.cpp
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/gather_layer.cpp
 * @module
 */
import { int32, message, repeated, uint32 } from "../../../proto/message.ts";
import { axisOf, count, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

export const gather = defineLayer({
  type: "Gather",
  ops: ["gather", "permute", "reshape"],
  param: {
    name: "gather_param",
    message: message("GatherParameter", {
      indices: repeated(uint32(1)),
      shape: repeated(uint32(2)),
      axis: int32(3, 0),
    }),
  },

  lower({ graph, name, param: { indices, shape, axis }, bottoms: [bottom] }) {
    const { length } = bottom!.shape;
    const place = axisOf(axis, length), extent = bottom!.shape[place]!;
    // The shape 0 denotes a scalar.
    const indexShape = shape.length === 1 && shape[0] === 0 ? [] : shape;
    if (indices.length === 0 || indices.length !== count(indexShape)) {
      throw new TypeError(
        `it has ${indices.length} indices, but its shape ${showShape(indexShape)} needs ` +
          `${count(indexShape)}, and at least 1`,
      );
    }
    const wrong = indices.find((index) => index >= extent);
    if (wrong !== undefined) {
      throw new TypeError(`its index ${wrong} is not below the extent ${extent} of axis ${place}`);
    }
    const others = Array.from({ length }, (_, axis) => axis).filter((axis) => axis !== place);
    // The op takes the nearest position where an axis has too few.
    const same = fixed(graph, `${name}/extents`, bottom!, place, place + 1);
    const table = place === 0
      ? same
      : apply(graph, "permute", `${name}/table`, [same], { order: [place, ...others] });
    const data = Float32Array.from(indices);
    const positions = graph.constant(`${name}/indices`, { shape: [indices.length], data });
    const rows = apply(graph, "gather", `${name}/rows`, [positions, table], {});
    const order = others.map((_, axis) => axis + 1).toSpliced(place, 0, 0);
    const taken = place === 0 ? rows : apply(graph, "permute", `${name}/taken`, [rows], { order });
    return [
      apply(graph, "reshape", name, [taken], { shape: indexShape, axis: place, numAxes: 1 }),
    ];
  },
});

export const gatherNd = defineLayer({
  type: "GatherNd",
  ops: ["gather", "reshape"],
  param: {
    name: "gather_nd_param",
    message: message("GatherNdParameter", {
      indices: repeated(int32(0)),
      shape: repeated(int32(0)),
    }),
  },

  lower({ graph, name, param: { indices, shape }, bottoms: [bottom] }) {
    const axes = shape.at(-1) ?? 0, { shape: whole } = bottom!;
    if (shape.length === 0 || axes < 1 || axes > whole.length || count(shape) !== indices.length) {
      throw new TypeError(
        `it has ${indices.length} indices of the shape ${showShape(shape)}, whose last extent ` +
          `must be a number of axes of its bottom ${showShape(whole)}`,
      );
    }
    const extents = whole.slice(0, axes);
    const wrong = indices.findIndex((index, i) => index < 0 || index >= extents[i % axes]!);
    if (wrong !== -1) {
      throw new TypeError(
        `its index ${indices[wrong]} of axis ${wrong % axes} is not below its ` +
          `${extents[wrong % axes]}`,
      );
    }
    const data = Float32Array.from(
      { length: indices.length / axes },
      (_, place) =>
        extents.reduce((row, extent, axis) => row * extent + indices[place * axes + axis]!, 0),
    );
    const places = graph.constant(`${name}/indices`, { shape: shape.slice(0, -1), data });
    const same = fixed(graph, `${name}/extents`, bottom!, 0, axes);
    const rows = apply(graph, "reshape", `${name}/rows`, [same], { shape: [-1], numAxes: axes });
    return [apply(graph, "gather", name, [places, rows], {})];
  },
});
