/**
 * EltwiseAdv: multiplies each run of channels of the first bottom by one channel of the second.
 *
 *     [N, C, H, W] and [N, D, H, W], where D divides C  →  [N, C, H, W]
 *
 * The fork is right for one picture at a time only.
 *
 * @see https://github.com/xw-hu/DSC/blob/master/src/caffe/layers/eltwise_advance_layer.cu
 * @module
 */
import { bool, enumeration, message } from "../../../proto/message.ts";
import { expectImage, sameShape, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

export const eltwiseAdv = defineLayer({
  type: "EltwiseAdv",
  ops: ["eltwise", "reshape", "tile"],
  param: {
    name: "eltwise_param",
    number: 110,
    message: message("EltwiseParameter", {
      operation: enumeration(1, { PROD: 0, SUM: 1, MAX: 2 }, "SUM"),
      stable_prod_grad: bool(3, true),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param: { operation }, bottoms: [image, factors], shapes }) {
    if (operation !== "PROD") {
      throw new TypeError(`its operation is ${operation}, but only PROD is implemented in Caffe`);
    }
    shapes.forEach(expectImage);
    const [, channels] = shapes[0]!, [, runs] = shapes[1]!;
    if (channels! % runs! !== 0 || !sameShape(shapes[1]!, shapes[0]!.with(1, runs!))) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but may differ only in their ` +
          "channels, and those of the second must divide those of the first",
      );
    }
    const nodes = new LayerNodes(graph, name);
    const split = nodes.add("reshape", "split", [factors!], {
      shape: [runs!, 1],
      axis: 1,
      numAxes: 1,
    });
    const tiled = nodes.add("tile", "tiled", [split], { axis: 2, tiles: channels! / runs! });
    const whole = nodes.add("reshape", "whole", [tiled], {
      shape: [channels!],
      axis: 1,
      numAxes: 2,
    });
    return [apply(graph, "eltwise", name, [image!, whole], { operation: "product" })];
  },
});
