/**
 * Warp: fetches each pixel of the first bottom from where the second points, between pixels
 * bilinearly; outside there are zeros. Two forks mean different things by it.
 *
 * LiteFlowNet's second bottom tells places in the image: a flow to which a Grid was added, which is
 * what it is known by. What is fetched fades out over the first pixel outside.
 *
 * PWC-Net's tells a flow. Beyond the middle of the last row or column everything is 0.
 *
 * @see https://github.com/twhui/LiteFlowNet/blob/master/src/caffe/layers/warp_layer.cu
 * @see https://github.com/NVlabs/PWC-Net/blob/master/Caffe/warping_code/warp_layer.cu
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { expectImage, sameShape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { zeroBorder } from "../zero_border.ts";
import { isGrid, placesOf } from "./grid.ts";

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
    const warped = tellsPlaces(graph, flow!) ? fetched : moved;
    return [warped(graph, name, image!, flow!)];
  },
});

/** Whether a Grid was added to it. */
function tellsPlaces(graph: GraphBuilder, value: Value): boolean {
  const sum = graph.nodes.find(({ output }) => output === value);
  return sum?.op === "eltwise" && sum.attributes.operation === "sum" &&
    sum.inputs.some((input) => isGrid(graph, input));
}

/** What lies at the places in an image that has a frame of zeros. */
function fetched(graph: GraphBuilder, name: string, image: Value, places: Value): Value {
  const framed = zeroBorder(graph, name, image, [1, 1]);
  const inFrame = apply(graph, "power", `${name}/places`, [places], { shift: 1 });
  return apply(graph, "flowWarp", name, [framed, inFrame], { stride: [0, 0] });
}

/** What a flow points at; where it points beyond the last middles, it is sent far away. */
function moved(graph: GraphBuilder, name: string, image: Value, flow: Value): Value {
  const [, , height, width] = image.shape as readonly [number, number, number, number];
  const same = fixed(graph, name, flow, 2);
  const constant = (role: string, data: readonly number[]) =>
    graph.constant(`${name}/${role}`, { shape: [2], data: Float32Array.from(data) });
  const offset = (role: string, input: Value, by: Value) =>
    apply(graph, "affine", `${name}/${role}`, [input, by], { axis: 1, terms: "offset" });
  const places = offset("places", same, placesOf(graph, `${name}/grid`, image.shape));
  const beyond = offset("beyond", places, constant("last", [1 - width, 1 - height]));
  const isBeyond = apply(graph, "threshold", `${name}/is beyond`, [beyond], {});
  const away = apply(graph, "eltwise", `${name}/flow`, [same, isBeyond], {
    operation: "sum",
    coefficients: [1, -1e9],
  });
  return apply(graph, "flowWarp", name, [image, away], {});
}
