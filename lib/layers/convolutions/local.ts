/**
 * Local, or LocallyConnected: a locally connected layer, a convolution whose weights differ from window
 * to window. Its settings are those of a convolution, under their name or the layer's own.
 *
 *     weights [O, 1, C·kernel_h·kernel_w, rows·columns], biases [1, 1, O, rows·columns]
 *
 * It is lowered to a grouped 1 × 1 convolution with one group per window.
 *
 * @see https://github.com/BVLC/caffe/pull/1271
 *
 * @module
 */
import type { MessageOf } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { windowCounts } from "../../../runtime/ops/conv2d/geometry.ts";
import { count, expectImage, type Shape } from "../../../runtime/tensor.ts";
import { follow } from "../../../runtime/walk.ts";
import { convolutionParam, imageSettings, windowsOf } from "../bvlc/convolution_parameter.ts";
import { constant } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer, type LayerShape } from "../layer.ts";

export const local = defineLayer({
  type: "Local",
  ops: ["conv2d", "im2col", "permute", "reshape"],
  param: { ...convolutionParam, otherNames: ["local_param", "locally_connected_param"] },

  blobs(instance) {
    const { param, outputs, taps, places } = sizesOf(instance);
    const because = `num_output ${outputs} and ${places} windows`;
    const { weight_filler, bias_filler = constant(0) } = param;
    const weights = { name: "weights", shape: [outputs, 1, taps, places], filler: weight_filler };
    const biases = { name: "biases", shape: [1, 1, outputs, places], filler: bias_filler };
    return (param.bias_term ? [weights, biases] : [weights]).map((spec) => ({ ...spec, because }));
  },

  lower(instance) {
    const { graph, name, bottoms: [bottom], blobs: [weights, biases] } = instance;
    const { windows, outputs, taps, places, extents } = sizesOf(instance);
    const reshape = (role: string, value: Value, ...shape: number[]) =>
      apply(graph, "reshape", role, [value], { shape: [0, ...shape] });
    const turn = (role: string, value: Value) =>
      apply(graph, "permute", role, [value], { order: [0, 2, 1] });
    // As many windows in other rows would have the weights of others.
    const same = fixed(graph, name, bottom!, 1);
    const columns = apply(graph, "im2col", `${name}/windows`, [same], windows);
    const byTap = reshape(`${name}/by tap`, columns, taps, places);
    const byPlace = turn(`${name}/by place`, byTap);
    const sums = apply(graph, "conv2d", `${name}/sums`, [
      reshape(`${name}/pixels`, byPlace, places * taps, 1, 1),
      turned(graph, `${name}/weights by place`, weights!, [outputs, taps, places]),
      ...biases ? [turned(graph, `${name}/biases by place`, biases, [outputs, 1, places])] : [],
    ], { output: places * outputs, kernel: [1, 1], group: places, bias: biases !== undefined });
    const bySum = reshape(`${name}/sums by place`, sums, places, outputs);
    return [reshape(name, turn(`${name}/by output`, bySum), outputs, ...extents)];
  },
});

export const locallyConnected: Layer = { ...local, type: "LocallyConnected" };

/** The sizes that follow from the settings and the bottom. */
function sizesOf(instance: LayerShape<MessageOf<typeof convolutionParam.message>>) {
  const { param, shapes: [bottom] } = instance;
  expectImage(bottom!);
  const windows = imageSettings(windowsOf({ ...instance, param: { ...param, group: 1 } }));
  const extents = windowCounts(windows, bottom!);
  const [height, width] = windows.kernel;
  return {
    param,
    windows,
    extents,
    outputs: param.num_output,
    taps: bottom![1]! * height * width,
    places: count(extents),
  };
}

/** A constant `[outputs, taps, places]` as weights of a convolution with a group for each place. */
function turned(
  graph: GraphBuilder,
  name: string,
  value: Value,
  [outputs, taps, places]: Shape & readonly [number, number, number],
): Value {
  const from = graph.dataOf(value)!, data = new Float32Array(from.length);
  const walk = { extents: [places, outputs, taps], strides: [1, taps * places, places] };
  follow(walk, from, data);
  const rows = places * outputs;
  return graph.constant(name, { shape: taps === 1 ? [rows] : [rows, taps, 1, 1], data });
}
