/**
 * Concat: concatenates bottoms along an axis, by default the channels; TensorFlow's default is the last.
 *
 * @module
 */
import { int32, message, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { withAxesOfFirst } from "../v1_axes.ts";

export const concat = defineLayer({
  type: "Concat",
  ops: ["concat", "reshape"],
  param: {
    name: "concat_param",
    number: 104,
    message: message("ConcatParameter", {
      /** An old name of `axis`. Both are 1 by default; Caffe tests whether they are set. */
      concat_dim: uint32(1),
      axis: int32(2),
    }),
  },
  bottoms: [1, Infinity],

  sharesMemory: ({ shapes }) => shapes.length === 1,

  lower({ graph, name, layer, param, bottoms }) {
    if (param.axis !== undefined && param.concat_dim !== undefined) {
      throw new TypeError("it has both axis and concat_dim, but needs one of them");
    }
    const axis = param.axis ?? param.concat_dim ?? 1;
    if (bottoms.length === 1) return bottoms;
    const alike = withAxesOfFirst(graph, layer, bottoms);
    return [apply(graph, "concat", name, alike, { axis })];
  },
});
