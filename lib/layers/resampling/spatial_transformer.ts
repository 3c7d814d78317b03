/**
 * SpatialTransformer: samples an image bilinearly at positions given by an affine transformation θ that
 * the network computes. Outside the image there are zeros.
 *
 * Two forks have it. In the one with settings, rows come first, and an extent is from −1 to 1:
 *
 *     (2 · row / H − 1, 2 · column / W − 1) = θ · (2i / H' − 1, 2j / W' − 1, 1)
 *
 * In the other one columns come first, and the centers of the corner pixels are at −1 and 1:
 *
 *     (2 · column / (W−1) − 1, 2 · row / (H−1) − 1) = θ · (2j / (W−1) − 1, 2i / (H−1) − 1, 1)
 *
 * Either way positions are linear along both axes, so they are interpolated from those of the four
 * corners.
 *
 * @see https://arxiv.org/abs/1506.02025 Spatial Transformer Networks
 * @see https://github.com/daerduoCarey/SpatialTransformerLayer
 * @module
 */
import { bool, double, int32, message, type MessageOf, string } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { count, expectImage, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { zeroBorder } from "../zero_border.ts";

/** Fields without a default are tested for presence: entries of θ that are set are not in the bottom. */
const SpatialTransformerParameter = message("SpatialTransformerParameter", {
  transform_type: string(1, "affine"),
  sampler_type: string(2, "bilinear"),
  output_H: int32(3),
  output_W: int32(4),
  to_compute_dU: bool(5, true),
  theta_1_1: double(6),
  theta_1_2: double(7),
  theta_1_3: double(8),
  theta_2_1: double(9),
  theta_2_2: double(10),
  theta_2_3: double(11),
});

type SpatialTransformerParameter = MessageOf<typeof SpatialTransformerParameter>;

const stParam = { name: "st_param", number: 150, message: SpatialTransformerParameter };

export const spatialTransformer = defineLayer({
  type: "SpatialTransformer",
  ops: ["conv2d", "dense", "flowWarp", "interp", "reshape"],
  param: stParam,
  bottoms: [2, 2],

  lower(instance) {
    const { graph, name, layer, param, bottoms: [image], warn } = instance;
    const { transform_type, sampler_type } = param;
    if (transform_type !== "affine" || sampler_type !== "bilinear") {
      throw new TypeError(
        `its transform_type is ${transform_type} and its sampler_type ${sampler_type}, but only ` +
          `affine and bilinear are supported; ${customLayerHint}`,
      );
    }
    expectImage(image!.shape);
    const [, , height, width] = image!.shape as Shape4;
    const hasSettings = layer.hasParam(stParam);
    const size = [param.output_H ?? height, param.output_W ?? width] as const;
    const least = hasSettings ? 1 : 2;
    if (Math.min(...size) < least) {
      throw new TypeError(
        `its top is ${showShape(size)} pixels, but it must be ${least} high and wide at least`,
      );
    }
    if (!hasSettings) {
      warn(
        "columns are first in its transformation, since it has no st_param; in the fork with " +
          "st_param rows are: if the network was made for that one, add st_param { }",
      );
    }
    const corners = placesOfCorners(instance, size, hasSettings);
    const places = apply(graph, "interp", `${name}/places`, [corners], { size });
    // Positions outside read the border of zeros.
    const framed = zeroBorder(graph, name, fixed(graph, name, image!, 2), [1, 1]);
    return [apply(graph, "flowWarp", name, [framed, places], { stride: [0, 0] })];
  },
});

/** The positions of the top's corners in the padded bottom: `[N, 2, 2, 2]`, first along x. */
function placesOfCorners(
  { graph, name, param, bottoms: [image, theta] }: LayerInstance<SpatialTransformerParameter>,
  size: Pair,
  hasSettings: boolean,
): Value {
  const set = [
    param.theta_1_1,
    param.theta_1_2,
    param.theta_1_3,
    param.theta_2_1,
    param.theta_2_2,
    param.theta_2_3,
  ];
  const open = set.filter((entry) => entry === undefined).length;
  if (count(theta!.shape.slice(1)) !== open) {
    throw new TypeError(
      `its second bottom is ${showShape(theta!.shape)}, but ${open} entries of the ` +
        `transformation are not set: it must be [N, ${open}]`,
    );
  }
  const last = (extent: number) => hasSettings ? 1 - 2 / extent : 1;
  const weights: number[] = [], biases: number[] = [];
  for (const axis of [1, 0] as const) {
    const row = hasSettings ? axis : 1 - axis;
    const half = (image!.shape[2 + axis]! - (hasSettings ? 0 : 1)) / 2;
    for (const y of [-1, last(size[0])]) {
      for (const x of [-1, last(size[1])]) {
        const corner = hasSettings ? [y, x, 1] : [x, y, 1];
        let place = half + 1;
        set.forEach((entry, i) => {
          const weight = Math.floor(i / 3) === row ? half * corner[i % 3]! : 0;
          if (entry === undefined) weights.push(weight);
          else place += weight * entry;
        });
        biases.push(place);
      }
    }
  }
  const nodes = new LayerNodes(graph, name);
  const corners = nodes.add("dense", "corners", [
    theta!,
    nodes.numbers("corners/weights", weights, [8, open]),
    nodes.numbers("corners/biases", biases),
  ], { output: 8 });
  return nodes.reshape("corners/as image", corners, [0, 2, 2, 2]);
}
