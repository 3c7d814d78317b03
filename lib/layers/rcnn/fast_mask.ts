/**
 * The layers of FastMask, which proposes a mask for each of the best windows of a pyramid of features:
 * SlidingWindow cuts out the windows, TopK selects the best, and TileProduct applies their attention.
 *
 * @see https://github.com/voidrank/FastMask
 * @module
 */
import { message, onlyWith, uint32 } from "../../../proto/message.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer, topName } from "../layer.ts";
import { spatialProduct } from "../products/spatial_product.ts";

/** SlidingWindow: a sample for each corner of the pixels, with the window around it; zeros outside. */
export const slidingWindow = defineLayer({
  type: "SlidingWindow",
  ops: ["im2col", "permute", "reshape"],
  param: {
    name: "sliding_window_param",
    message: message("SlidingWindowParameter", {
      window_h: uint32(0, 0),
      window_w: uint32(0, 0),
      ...onlyWith({ stride_h: 1, stride_w: 1 }),
    }),
  },

  lower({ graph, name, param: { window_h, window_w }, bottoms: [bottom] }) {
    const { shape } = bottom!, kernel = [window_h, window_w] as const;
    if (shape.length !== 4 || shape[0] !== 1) {
      throw new TypeError(`its bottom is ${showShape(shape)}, but it must be [1, C, H, W]`);
    }
    if (kernel.some((extent) => extent === 0 || extent % 2 !== 0)) {
      throw new TypeError(
        `its window is ${showShape(kernel)}, but window_h and window_w must be even, and above 0`,
      );
    }
    const same = fixed(graph, name, bottom!, 0, 2);
    const columns = apply(graph, "im2col", `${name}/columns`, [same], {
      kernel,
      pad: [window_h / 2, window_w / 2],
    });
    const places = apply(graph, "permute", `${name}/places`, [columns], { order: [0, 2, 3, 1] });
    return [apply(graph, "reshape", name, [places], { shape: [-1, shape[1]!, ...kernel] })];
  },
});

/**
 * TopK: the samples of the first bottom with the highest scores, which the second holds, in their
 * order. There are as many as the third bottom has samples. The second top, if any, has their indices.
 */
export const topK = defineLayer({
  type: "TopK",
  ops: ["argMax", "gather", "power", "reshape"],
  bottoms: [3, 3],
  tops: [1, 2],

  lower(instance) {
    const { graph, name, layer, bottoms: [samples, scores, reference], shapes } = instance;
    const top = reference!.shape[0] ?? 0;
    if (count(scores!.shape) !== samples!.shape[0] || top > samples!.shape[0]) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but the second must have one ` +
          "number for each sample of the first, and the third at most as many samples",
      );
    }
    // One score for each sample, and as many of the best as the third bottom has samples.
    const asMany = { shape: [0] };
    const list = apply(graph, "reshape", `${name}/scores`, [scores!, samples!], asMany);
    const best = apply(graph, "argMax", `${name}/best`, [list], { axis: 0, top });
    const negated = apply(graph, "power", `${name}/negated`, [best], { scale: -1 });
    const inOrder = apply(graph, "argMax", `${name}/inOrder`, [negated], {
      axis: 0,
      top,
      result: "value",
    });
    const positive = apply(graph, "power", `${name}/positive`, [inOrder], { scale: -1 });
    const indices = apply(graph, "reshape", `${name}/indices`, [positive, reference!], asMany);
    const selected = apply(graph, "gather", name, [indices, samples!], {});
    if (layer.tops.length === 1) return [selected];
    return [
      selected,
      apply(graph, "reshape", topName(instance, 1), [indices], { shape: [top, 1, 1, 1] }),
    ];
  },
});

export const tileProduct: Layer = { ...spatialProduct, type: "TileProduct" };
