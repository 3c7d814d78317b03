/**
 * Im2dist of segmentation-aware convolutions: how far the embedding of each pixel of a window is from
 * that of its middle, one channel for each tap of the kernel. L1 is the sum of absolute differences, L2
 * half the sum of squares. Where either pixel is outside of the image, the distance is 0.
 *
 *     [N, C, H, W]  →  [N, kernel_h·kernel_w, rows, columns]
 *
 * The differences of a tap are a convolution of each channel: of C such planes at a time, where a
 * convolution for all taps would have C·kernel_h·kernel_w.
 *
 * @see https://github.com/aharley/segaware/blob/master/caffe/src/caffe/util/im2dist.cpp
 * @module
 */
import { enumeration, message, onlyWith } from "../../../proto/message.ts";
import { count, expectImage } from "../../../runtime/tensor.ts";
import { convolutionParam, imageSettings, windowSettings } from "../bvlc/convolution_parameter.ts";
import { longEnough } from "../bvlc/short_bottom.ts";
import { expectFew } from "../few.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

const distanceParam = {
  name: "im2dist_param",
  message: message("Im2distParameter", {
    norm: enumeration(0, { L1: 1, L2: 2 }, "L2"),
    ...onlyWith({ remove_center: false, remove_bounds: false }),
  }),
};

export const im2dist = defineLayer({
  type: "Im2dist",
  ops: ["abs", "concat", "conv2d", "eltwise", "power", "reshape", "slice"],
  param: convolutionParam,
  otherParams: [distanceParam],

  lower(layer) {
    const { graph, name, bottoms: [bottom] } = layer;
    expectImage(bottom!.shape);
    const { norm } = layer.layer.param(distanceParam);
    const windows = imageSettings(windowSettings(layer));
    const { kernel } = windows, taps = count(kernel);
    expectFew(taps, "taps in a window");
    const image = longEnough(graph, name, bottom!, windows), channels = image.shape[1]!;
    const nodes = new LayerNodes(graph, name);
    const middle = (kernel[0] >> 1) * kernel[1] + (kernel[1] >> 1);
    const ones = nodes.constant("ones", [1, channels, 1, 1], () => norm === "L1" ? 1 : 0.5);
    const distances = Array.from({ length: taps }, (_, tap) => {
      const own = new LayerNodes(graph, `${name}/tap${tap}`);
      const deltas = own.constant("deltas", [channels, 1, ...kernel], (i) => {
        const place = i % taps;
        return Number(place === middle) - Number(place === tap);
      });
      const differences = own.add("conv2d", "differences", [image, deltas], {
        ...windows,
        output: channels,
        group: channels,
        bias: false,
      });
      const terms = norm === "L1"
        ? own.add("abs", "terms", [differences], {})
        : own.add("power", "terms", [differences], { power: 2 });
      return own.add("conv2d", "sum", [terms, ones], { output: 1, kernel: [1, 1], bias: false });
    });
    // What is inside, of windows of a plane of ones: each tap, and the middle.
    const plane = nodes.slice("plane", image, 1, 0, 1);
    const inside = nodes.add("power", "inside", [plane], { scale: 0, shift: 1 });
    const shape = [taps, 1, ...kernel];
    const each = nodes.constant("each", shape, (i) => Number(i % taps === Math.floor(i / taps)));
    const middles = nodes.constant("middles", shape, (i) => Number(i % taps === middle));
    const settings = { ...windows, output: taps, bias: false };
    return [apply(graph, "eltwise", name, [
      nodes.add("concat", "distances", distances, { axis: 1 }),
      nodes.add("conv2d", "taps inside", [inside, each], settings),
      nodes.add("conv2d", "middles inside", [inside, middles], settings),
    ], { operation: "product" })];
  },
});
