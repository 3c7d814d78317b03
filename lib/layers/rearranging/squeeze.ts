/**
 * Squeeze: removes axes of extent 1, by default all of them. Which ones these are follows from the
 * extents for which the network is converted.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/squeeze_layer.cpp
 * @module
 */
import { int32, message, repeated } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { axisOf, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const squeeze = defineLayer({
  type: "Squeeze",
  ops: ["reshape", "slice"],
  param: {
    name: "squeeze_param",
    message: message("SqueezeParameter", { axis: repeated(int32(0)) }),
  },

  sharesMemory: () => true,

  lower({ graph, name, param, bottoms: [bottom] }) {
    const { shape } = bottom!;
    const named = param.axis.map((axis) => axisOf(axis, shape.length));
    const wrong = named.find((axis) => shape[axis] !== 1);
    if (wrong !== undefined) {
      throw new TypeError(
        `its bottom is ${showShape(shape)}, whose axis ${wrong} cannot be removed: its extent is ` +
          "not 1",
      );
    }
    const all = shape.flatMap((extent, axis) => extent === 1 ? [axis] : []);
    const known = named.length > 0 ? bottom! : expectLonger(graph, name, bottom!);
    const gone = all.filter((axis) => named.length === 0 || named.includes(axis)).reverse();
    return [gone.reduce((value, axis, i) => {
      const node = i === gone.length - 1 ? name : `${name}/axis${axis}`;
      return apply(graph, "reshape", node, [value], { shape: [], axis, numAxes: 1 });
    }, known)];
  },
});

/**
 * The same value, if no axis that is kept has an extent of 1, apart from that of the samples, which
 * stays whatever their number: a row before the last one must be there.
 */
function expectLonger(graph: GraphBuilder, name: string, value: Value): Value {
  return value.shape.reduce((same, extent, axis) => {
    if (extent === 1 || axis === 0) return same;
    const row = apply(graph, "slice", `${name}/row${axis}`, [same], { axis, start: -2, end: -1 });
    return apply(graph, "reshape", `${name}/longer${axis}`, [same, row], {
      shape: [-1],
      axis,
      numAxes: 1,
    });
  }, value);
}
