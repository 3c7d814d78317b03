/**
 * Squeeze: removes axes of extent 1, by default all of them.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/squeeze_layer.cpp
 * @module
 */
import { int32, message, repeated } from "../../../proto/message.ts";
import { axisOf, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const squeeze = defineLayer({
  type: "Squeeze",
  ops: ["reshape"],
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
    const gone = all.filter((axis) => named.length === 0 || named.includes(axis)).reverse();
    return [gone.reduce((value, axis, i) => {
      const node = i === gone.length - 1 ? name : `${name}/axis${axis}`;
      return apply(graph, "reshape", node, [value], { shape: [], axis, numAxes: 1 });
    }, bottom!)];
  },
});
