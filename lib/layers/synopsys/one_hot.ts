/**
 * OneHot of Synopsys's fork, which is TensorFlow's: a new axis, with the on value at the index that
 * the bottom holds, and the off value elsewhere; where there is no such index, everywhere.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/one_hot_layer.cpp
 * @module
 */
import { float, int32, message, uint32 } from "../../../proto/message.ts";
import { count } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { refuseHuge } from "../filler.ts";
import { apply, defineLayer } from "../layer.ts";

export const oneHot = defineLayer({
  type: "OneHot",
  ops: ["gather", "permute", "power"],
  param: {
    name: "one_hot_param",
    message: message("OneHotParameter", {
      depth: uint32(0, 0),
      axis: int32(0, -1),
      on_value: float(0, 1),
      off_value: float(0, 0),
    }),
  },

  lower({ graph, name, param: { depth, axis, on_value, off_value }, bottoms: [bottom] }) {
    const { length } = bottom!.shape, place = axis === -1 ? length : axis;
    if (depth === 0) {
      throw new TypeError(
        "its depth is 0 or missing, but it must be at least 1; for the OneHot of forks with other " +
          `settings ${customLayerHint}`,
      );
    }
    if (place < 0 || place > length) {
      throw new TypeError(`its axis is ${axis}, but it must be between -1 and ${length}`);
    }
    // The first and the last row are for what is below and above the indices.
    const shape = [depth + 2, depth];
    refuseHuge(shape);
    const data = new Float32Array(count(shape)).fill(off_value);
    for (let i = 0; i < depth; i++) data[(i + 1) * depth + i] = on_value;
    const table = graph.constant(`${name}/weights`, { shape, data });
    const rows = apply(graph, "power", `${name}/rows`, [bottom!], { shift: 1 });
    if (place === length) return [apply(graph, "gather", name, [rows, table], {})];
    const last = apply(graph, "gather", `${name}/last`, [rows, table], {});
    const order = Array.from({ length }, (_, i) => i).toSpliced(place, 0, length);
    return [apply(graph, "permute", name, [last], { order })];
  },
});
