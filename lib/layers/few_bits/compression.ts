/**
 * The layers of learned image compression (context-based convolutional networks). MLQuant replaces each
 * number by the nearest of its channel's levels, of which it learned the first, and the logarithms of
 * the steps between them; a second top has the index of the level. DynamicMaskData is 1 in the first
 * channels, as many as its blob says, and 0 in the others. ConstScale multiplies by a constant and adds
 * another.
 *
 * The fork's MLQuant goes on moving levels that are hardly used while a network runs. Here they remain
 * as they were stored.
 *
 * @see https://github.com/limuhit/CCN/blob/master/caffe/src/caffe/layers/ml_quant_layer.cpp
 * @see https://github.com/limuhit/CCN/blob/master/caffe/src/caffe/layers/dynamic_mask_data_layer.cpp
 * @see https://github.com/limuhit/CCN/blob/master/caffe/src/caffe/layers/const_scale_layer.cpp
 * @module
 */
import { enumeration, float, message, uint32 } from "../../../proto/message.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";

const mlQuant = defineLayer({
  type: "MLQuant",
  ops: ["affine", "eltwise", "power", "threshold"],
  param: {
    name: "mlquant_param",
    message: message("MLQuantParameter", {
      method: enumeration(0, { SINGLE: 0, NEIGHBOR: 1 }, "SINGLE"),
      groups: uint32(0),
    }),
  },
  tops: [1, 2],

  blobs({ param: { method, groups }, shapes: [shape] }) {
    expectImage(shape!);
    expectPositive({ groups });
    if (method !== "SINGLE") {
      throw new TypeError(`its method is ${method}, but only SINGLE is supported`);
    }
    const levels = [1, shape![1]!, 1, groups!];
    const because = `groups ${groups} with ${shape![1]} channels`;
    return [
      // The fork starts from even levels, which no filler can say: without weights they are unknown.
      { name: "levels", shape: levels, filler: { type: "uniform", value: 0 }, because },
      { name: "training", shape: [5, 1, 1, 1], filler: constant(0), ignored: true },
      { name: "counts", shape: levels, filler: constant(0), ignored: true },
    ];
  },

  lower({ graph, name, layer, param, bottoms: [bottom], blobs: [stored] }) {
    const nodes = new LayerNodes(graph, name), data = graph.dataOf(stored!)!;
    const channels = bottom!.shape[1]!, groups = param.groups!;
    /** The levels of each channel. */
    const levels = Array.from({ length: channels }, (_, c) => {
      let level = 0;
      return Array.from({ length: groups }, (_, j) => {
        const value = data[c * groups + j]!;
        return level += j === 0 ? value : Math.exp(value);
      });
    });
    const ofEach = (role: string, number: (levels: readonly number[]) => number) =>
      nodes.numbers(role, levels.map(number));
    const opposite = ofEach("opposite", () => -1);
    /** For each level but the first: 1 where the bottom is nearer to the one below it. */
    const isBelow = Array.from({ length: groups - 1 }, (_, i) => {
      const middle = ofEach(`middle${i}`, (levels) => (levels[i]! + levels[i + 1]!) / 2);
      const lacking = nodes.add("affine", `lacking${i}`, [bottom!, opposite, middle], {});
      return nodes.add("threshold", `below${i}`, [lacking], {});
    });
    const last = ofEach("last", (levels) => levels.at(-1)!);
    // A single level replaces all numbers.
    const none = nodes.add("affine", "none", [bottom!, ofEach("zero", () => 0)], {
      terms: "scale",
    });
    const steps = isBelow.map((below, i) => {
      const step = ofEach(`step${i}`, (levels) => levels[i]! - levels[i + 1]!);
      return nodes.add("affine", `lowered${i}`, [below, step], { terms: "scale" });
    });
    const lowered = nodes.add("eltwise", "lowered", [none, ...steps], {});
    const quantized = apply(graph, "affine", name, [lowered, last], { terms: "offset" });
    if (layer.tops.length === 1) return [quantized];
    const count = nodes.add("eltwise", "levels above", [none, ...isBelow], {});
    return [
      quantized,
      nodes.add("power", "index", [count], { scale: -1, shift: groups - 1 }),
    ];
  },
});

const dynamicMaskData = defineLayer({
  type: "DynamicMaskData",
  ops: ["affine"],

  blobs({ shapes: [shape] }) {
    expectImage(shape!);
    return [{ name: "channels", shape: [1, 1, 1, 1], filler: constant(shape![1]!) }];
  },

  lower({ graph, name, bottoms: [bottom], blobs: [stored] }) {
    const nodes = new LayerNodes(graph, name), channels = [bottom!.shape[1]!];
    const kept = Math.trunc(graph.dataOf(stored!)![0]! + 1e-6);
    const zeros = nodes.constant("zeros", channels, () => 0);
    const mask = nodes.constant("mask", channels, (c) => c < kept ? 1 : 0);
    return [apply(graph, "affine", name, [bottom!, zeros, mask], {})];
  },
});

const constScale = defineLayer({
  type: "ConstScale",
  ops: ["power"],
  param: {
    name: "const_scale_param",
    message: message("ConstScaleParameter", { bias: float(0, 0), scale: float(0, 1) }),
  },

  lower: ({ graph, name, param: { scale, bias }, bottoms }) => [
    apply(graph, "power", name, bottoms, { scale, shift: bias }),
  ],
});

export const compression: readonly Layer[] = [constScale, dynamicMaskData, mlQuant];
