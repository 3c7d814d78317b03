/**
 * OrdinalDecodeLayer: the depth of each pixel, a Python layer of DORN. It counts the pairs of channels
 * whose second one is larger.
 *
 * @see https://arxiv.org/abs/1806.02446 Deep Ordinal Regression Network
 * @see https://github.com/hufu6371/DORN/blob/master/caffe/pylayer/ordinal_decode_layer.py
 * @module
 */
import { expectImage } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply } from "../layer.ts";
import { definePythonLayer } from "./python_layer.ts";

export const ordinalDecodeLayer = definePythonLayer({
  name: "ordinal_decode_layer.OrdinalDecodeLayer",
  settings: [],
  bottoms: [1, 1],
  tops: [1, 1],

  lower({ graph, name, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    const pairs = Math.floor(bottom!.shape[1]! / 2);
    if (pairs === 0) throw new TypeError("its bottom has 1 channel, but it needs pairs");
    const part = (role: string, value: typeof bottom, axis: number, start: number, end: number) =>
      apply(graph, "slice", `${name}/${role}`, [value!], { axis, start, end });
    const even = part("even", fixed(graph, name, bottom!, 1, 2), 1, 0, 2 * pairs);
    const paired = apply(graph, "reshape", `${name}/pairs`, [even], {
      shape: [pairs, 2],
      axis: 1,
      numAxes: 1,
    });
    const sides = [part("first", paired, 2, 0, 1), part("second", paired, 2, 1, 2)];
    const above = apply(graph, "eltwise", `${name}/above`, sides, { coefficients: [-1, 1] });
    const isAbove = apply(graph, "threshold", `${name}/is above`, [above], {});
    const image = apply(graph, "reshape", `${name}/image`, [isAbove], {
      shape: [-1],
      axis: 1,
      numAxes: 2,
    });
    const ones = { shape: [1, pairs, 1, 1], data: new Float32Array(pairs).fill(1) };
    const inputs = [image, graph.constant(`${name}/ones`, ones)];
    return [apply(graph, "conv2d", name, inputs, { output: 1, kernel: [1, 1], bias: false })];
  },
});
