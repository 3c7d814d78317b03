/**
 * Remap of appearance-flow: samples the first bottom bilinearly at the positions in the second, columns
 * and rows. Outside the image there are zeros.
 *
 * @see https://github.com/tinghuiz/appearance-flow/blob/master/caffe/src/caffe/layers/remap_layer.cpp
 * @module
 */
import { expectImage, showShape } from "../../../runtime/tensor.ts";
import { warpedToPositions } from "../flownet/warp.ts";
import { fixed } from "../fixed.ts";
import { defineLayer } from "../layer.ts";

export const remap = defineLayer({
  type: "Remap",
  ops: ["conv2d", "flowWarp", "power", "reshape"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [image, positions], shapes }) {
    expectImage(image!.shape);
    const { shape } = positions!;
    if (shape.length !== 4 || shape[0] !== image!.shape[0] || shape[1] !== 2) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but they must be images ` +
          "[N, C, H, W] and positions [N, 2, rows, columns]",
      );
    }
    return [warpedToPositions(graph, name, image!, fixed(graph, name, positions!, 1, 2))];
  },
});
