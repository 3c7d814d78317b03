/**
 * SPP: spatial pyramid pooling, which converts an image of any size to a vector of fixed length. The
 * levels pool the image into 1, 2 × 2, 4 × 4 … windows.
 *
 *     [N, C, H, W]  →  [N, C, 2ˡ, 2ˡ]  →  [N, C·4ˡ]   for each level l
 *                   →  [N, C·(1 + 4 + 16 + …)]
 *
 * Levels whose windows do not divide the image evenly are padded on both sides, as in a Pooling layer.
 * Caffe refuses images that are too small for this padding, and padding of a STOCHASTIC pool. A pyramid
 * of one level keeps the shape `[N, C, 1, 1]`.
 *
 * @see https://arxiv.org/abs/1406.4729
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/spp_layer.cpp
 * @module
 */
import { enumeration, message, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { engine } from "./engine.ts";
import { methods } from "./pooling.ts";

/** Images are too small for the windows of further levels. */
const mostLevels = 31;

export const spp = defineLayer({
  type: "SPP",
  ops: ["concat", "pool2d", "reshape"],
  param: {
    name: "spp_param",
    number: 132,
    message: message("SPPParameter", {
      pyramid_height: uint32(1, 0),
      pool: enumeration(2, { MAX: 0, AVE: 1, STOCHASTIC: 2 }, "MAX"),
      engine: engine(6),
    }),
  },

  lower({ graph, name, param: { pyramid_height, pool }, bottoms }) {
    if (pyramid_height < 1 || pyramid_height > mostLevels) {
      throw new TypeError(
        `its pyramid_height is ${pyramid_height} or missing, but must be 1 to ${mostLevels}`,
      );
    }
    const method = methods[pool];
    if (pyramid_height === 1) return [apply(graph, "pool2d", name, bottoms, { method, bins: 1 })];
    const levels = Array.from({ length: pyramid_height }, (_, level) => {
      const bins = 2 ** level;
      const pooled = apply(graph, "pool2d", `${name}/pool${level}`, bottoms, { method, bins });
      return apply(graph, "reshape", `${name}/level${level}`, [pooled], { shape: [-1], axis: 1 });
    });
    return [apply(graph, "concat", name, levels, { axis: 1 })];
  },
});
