/**
 * Softmax: normalises the exponentials along an axis to probabilities.
 *
 * The axis is the channels' by default, for images too; TensorFlow's is the last.
 *
 * In the fork that LSTMNode is from, a second bottom has how many elements each softmax includes, from
 * the first; the others become 0, or all become equal if none is included. In other networks it is
 * refused: there it is a label that was left when a loss became this layer.
 *
 * @see https://github.com/peteanderson80/caffe/blob/master/include/caffe/layers/softmax_layer.hpp
 * @module
 */
import { int32, message, onlyWith } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { axisOf, count, sameShape, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { engine } from "./engine.ts";

/** The settings of a softmax, also inside a loss. */
export const softmaxParam = {
  name: "softmax_param",
  number: 125,
  message: message("SoftmaxParameter", {
    engine: engine(1),
    axis: int32(2, 1),
    ...onlyWith({ temperature: 1, input_scale: 1, output_scale: 1 }),
  }),
};

export const softmax = defineLayer({
  type: "Softmax",
  ops: ["affine", "eltwise", "power", "reshape", "softmax", "threshold", "tile"],
  param: softmaxParam,
  bottoms: (hasLayer) => [1, hasLayer("LSTMNode") ? 2 : 1],

  lower({ graph, name, param: { axis }, bottoms: [bottom, counts] }) {
    const included = counts === undefined
      ? bottom!
      : withoutOthers(new LayerNodes(graph, name), bottom!, counts, axis);
    return [apply(graph, "softmax", name, [included], { axis })];
  },
});

/** So far below all others that its exponential is 0. */
const excluded = -1e30;

/** The elements before a count along an axis; the others are lowered until they have no weight. */
function withoutOthers(nodes: LayerNodes, bottom: Value, counts: Value, setting: number): Value {
  const axis = axisOf(setting, bottom.shape.length), elements = bottom.shape[axis]!;
  const [first, ...others] = bottom.shape.with(axis, 1);
  const softmaxes = first! * count(others);
  if (count(counts.shape) !== softmaxes) {
    throw new TypeError(
      `its second bottom is ${
        showShape(counts.shape)
      }, but it must have a number for each of the ` +
        `${softmaxes} softmaxes along axis ${axis} of ${showShape(bottom.shape)}`,
    );
  }
  const planes = sameShape(counts.shape, [first!, ...others])
    ? counts
    : nodes.reshape("counts", counts, [-1, ...others]);
  const tiled = nodes.add("tile", "tiled", [planes], { axis, tiles: elements });
  const positions = nodes.constant("positions", [elements], (i) => -i);
  const left = nodes.add("affine", "left", [tiled, positions], { axis, terms: "offset" });
  const isIncluded = nodes.add("threshold", "is_included", [left], {});
  const lowered = nodes.add("power", "lowered", [isIncluded], {
    scale: -excluded,
    shift: excluded,
  });
  return nodes.add("eltwise", "included", [bottom, lowered], {});
}
