/**
 * Gather of Synopsys's fork: selects positions of an axis by constant indices. The axes of the indices
 * replace the axis; a single number removes it.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/gather_layer.cpp
 * @module
 */
import { int32, message, repeated, uint32 } from "../../../proto/message.ts";
import { axisOf, count, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const gather = defineLayer({
  type: "Gather",
  ops: ["gather", "permute", "reshape"],
  param: {
    name: "gather_param",
    number: 0,
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
    const table = place === 0
      ? bottom!
      : apply(graph, "permute", `${name}/table`, [bottom!], { order: [place, ...others] });
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
