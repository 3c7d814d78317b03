/**
 * Warp: samples the first bottom bilinearly at positions given by the second; outside it is zero. Two
 * forks define it differently.
 *
 * LiteFlowNet's second bottom contains absolute positions, the sum of a flow and a Grid, by which the
 * fork is recognized. Samples fade out over one pixel outside the image.
 *
 * PWC-Net's second bottom is a flow. Beyond the center of the last row or column samples are 0.
 *
 * @see https://github.com/twhui/LiteFlowNet/blob/master/src/caffe/layers/warp_layer.cu
 * @see https://github.com/NVlabs/PWC-Net/blob/master/Caffe/warping_code/warp_layer.cu
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { expectImage, sameShape, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { zeroBorder } from "../zero_border.ts";
import { coordinatesOf, isGrid } from "./grid.ts";

export const warp = defineLayer({
  type: "Warp",
  ops: ["affine", "conv2d", "eltwise", "flowWarp", "power", "reshape", "threshold"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [image, flow], shapes }) {
    expectImage(image!.shape);
    if (!sameShape(flow!.shape, image!.shape.with(1, 2))) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but they must be an image ` +
          "[N, C, H, W] and a flow [N, 2, H, W]",
      );
    }
    const warped = isAbsolute(graph, flow!) ? warpedToPositions : warpedByFlow;
    return [warped(graph, name, image!, flow!)];
  },
});

/** Whether a value contains absolute positions: the sum of a flow and a Grid. */
function isAbsolute(graph: GraphBuilder, value: Value): boolean {
  const sum = graph.nodes.find(({ output }) => output === value);
  return sum?.op === "eltwise" && sum.attributes.operation === "sum" &&
    sum.inputs.some((input) => isGrid(graph, input));
}

/** Samples at absolute positions. The image gets a border of zeros, by which positions shift. */
export function warpedToPositions(
  graph: GraphBuilder,
  name: string,
  image: Value,
  positions: Value,
): Value {
  const padded = zeroBorder(graph, name, image, [1, 1]);
  const shifted = apply(graph, "power", `${name}/places`, [positions], { shift: 1 });
  return apply(graph, "flowWarp", name, [padded, shifted], { stride: [0, 0] });
}

/** Samples by a flow. Where it leads beyond the centers of the last pixels, it is made very large. */
function warpedByFlow(graph: GraphBuilder, name: string, image: Value, flow: Value): Value {
  const [, , height, width] = image.shape as Shape4;
  const same = fixed(graph, name, flow, 2);
  const nodes = new LayerNodes(graph, name), offset = { terms: "offset" } as const;
  const grid = coordinatesOf(graph, `${name}/grid`, image.shape);
  const positions = nodes.add("affine", "places", [same, grid], offset);
  const last = nodes.numbers("last", [1 - width, 1 - height]);
  const beyond = nodes.add("affine", "beyond", [positions, last], offset);
  const isBeyond = nodes.add("threshold", "is beyond", [beyond], {});
  const away = nodes.add("eltwise", "flow", [same, isBeyond], { coefficients: [1, -1e9] });
  return apply(graph, "flowWarp", name, [image, away], {});
}
