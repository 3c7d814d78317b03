/**
 * SpatialProduct: multiplies all channels of the first bottom by the one channel of the second.
 * DeepLab uses it for attention over scales.
 *
 * @see https://github.com/hszhao/PSPNet/blob/master/src/caffe/layers/spatial_product_layer.cpp
 *
 * @module
 */
import { expectImage, sameShape, showShape } from "../../runtime/tensor.ts";
import { apply, defineLayer } from "./layer.ts";

export const spatialProduct = defineLayer({
  type: "SpatialProduct",
  ops: ["eltwise", "tile"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [x, factors], shapes }) {
    expectImage(x!.shape);
    const [batch, channels, ...extents] = x!.shape;
    if (!sameShape(factors!.shape, [batch!, 1, ...extents])) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but the second must be as large ` +
          "as the first, with one channel",
      );
    }
    const tiled = apply(graph, "tile", `${name}/factors`, [factors!], { tiles: channels! });
    return [apply(graph, "eltwise", name, [x!, tiled], { operation: "product" })];
  },
});
