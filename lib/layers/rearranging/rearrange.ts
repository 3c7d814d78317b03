/**
 * Rearrange, a layer of two forks. With one bottom it is the last layer of ESPCN, the sub-pixel CNN for
 * super-resolution: it rearranges channels into blocks of pixels, as PixelShuffle does, and leaves as
 * many channels as depth says. With several bottoms, which are views of one thing, it interleaves their
 * channels.
 *
 *     [N, C, H, W] G times  →  [N, C·G, H, W], where channel c·G + g is channel c of bottom g
 *
 * @see https://github.com/Ding-Liu/caffe-videoSR
 * @see https://github.com/zlthinker/caffe
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import { expectImage, sameShape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { depthToSpace } from "./blocks.ts";

export const rearrange = defineLayer({
  type: "Rearrange",
  ops: ["concat", "permute", "reshape"],
  param: {
    name: "rearrange_param",
    message: message("RearrangeParameter", { depth: uint32(0) }),
  },
  bottoms: [1, Infinity],

  lower({ graph, name, param: { depth }, bottoms, shapes }) {
    const [shape, ...others] = shapes;
    expectImage(shape!);
    if (others.length === 0) {
      const factor = Math.sqrt(shape![1]! / (depth ?? 0));
      if (!Number.isInteger(factor)) {
        throw new TypeError(
          `its depth is ${depth ?? "not given"}, but must be the ${shape![1]} channels of its ` +
            "bottom, divided by a square",
        );
      }
      const same = fixed(graph, name, bottoms[0]!, 1, 2);
      return [depthToSpace(graph, name, same, factor, "CRD")];
    }
    if (!others.every((other) => sameShape(other, shape!))) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but must have one shape`,
      );
    }
    const views = bottoms.map((bottom, i) =>
      apply(graph, "reshape", `${name}/view${i}`, [bottom], { shape: [1], axis: 2, numAxes: 0 })
    );
    const dealt = apply(graph, "concat", `${name}/dealt`, views, { axis: 2 });
    return [apply(graph, "reshape", name, [dealt], { shape: [-1], axis: 1, numAxes: 2 })];
  },
});
