/**
 * InnerDistance of NormFace: the sums of squared (L2) or absolute (L1) differences between a sample
 * and each of some centers, which are learned, or a second bottom. A last bottom with labels, which
 * `update_center_only` has, only matters in training.
 *
 * @see https://arxiv.org/abs/1704.06369 NormFace
 * @see https://github.com/happynear/caffe-windows
 * @module
 */
import {
  bool,
  int32,
  message,
  type MessageOf,
  nested,
  string,
  uint32,
} from "../../../proto/message.ts";
import { axisOf, count, showShape } from "../../../runtime/tensor.ts";
import type { NetLayer } from "../../caffe/net.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { unitRows } from "../bvlc/inner_product.ts";
import { apply, defineLayer, type LayerShape } from "../layer.ts";
import { expectPositive } from "../positive.ts";
import { weightsAndBiases } from "../weights.ts";

const InnerDistanceParameter = message("InnerDistanceParameter", {
  num_output: uint32(0, 0),
  /** Without it, the stored blobs decide. */
  bias_term: bool(0),
  weight_filler: nested(0, FillerParameter),
  bias_filler: nested(0, FillerParameter),
  axis: int32(0, 1),
  transpose: bool(0, false),
  distance_type: string(0, ""),
  normalize: bool(0, false),
  update_center_only: bool(0, false),
});

type InnerDistanceParameter = MessageOf<typeof InnerDistanceParameter>;

const param = { name: "inner_distance_param", message: InnerDistanceParameter };

export const innerDistance = defineLayer({
  type: "InnerDistance",
  ops: ["affine", "power", "reduce", "reshape", "tile"],
  param,
  bottoms: [1, 3],
  uses: bottomsOf,

  blobs({ layer, param, shapes: [shape], stored }) {
    if (bottomsOf(layer) === 2) return [];
    expectPositive({ num_output: param.num_output });
    const width = count(shape!.slice(axisOf(param.axis, shape!.length)));
    const bias_term = param.bias_term ?? stored?.length === 2;
    return weightsAndBiases({ ...param, bias_term }, [param.num_output, width], shape);
  },

  lower(layer) {
    const { graph, name, param, bottoms: [bottom, given], shapes, blobs: [learned, biases] } =
      layer;
    const operation = operationOf(param);
    const axis = axisOf(param.axis, shapes[0]!.length), width = count(shapes[0]!.slice(axis));
    if (learned === undefined) checkCenters(layer, width);
    const centers = learned === undefined
      ? apply(graph, "reshape", `${name}/centers`, [given!], { shape: [0, width] })
      : param.normalize
      ? unitRows(graph, name, learned, 0)
      : learned;
    const samples = apply(graph, "reshape", `${name}/samples`, [bottom!], {
      shape: [1, width],
      axis,
    });
    const [tiles = 0] = centers.shape;
    const each = apply(graph, "tile", `${name}/each`, [samples], { axis, tiles });
    const opposites = apply(graph, "power", `${name}/opposites`, [centers], { scale: -1 });
    const differences = apply(graph, "affine", `${name}/differences`, [each, opposites], {
      axis,
      terms: "offset",
    });
    const node = biases === undefined ? name : `${name}/distances`;
    const distances = apply(graph, "reduce", node, [differences], { operation, axis: -1 });
    if (biases === undefined) return [distances];
    return [apply(graph, "affine", name, [distances, biases], { axis: -1, terms: "offset" })];
  },
});

/** The number of bottoms without the labels, which may be missing. */
function bottomsOf(layer: NetLayer): number {
  return Math.max(1, layer.bottoms.length - (layer.param(param).update_center_only ? 1 : 0));
}

function operationOf({ distance_type, transpose }: InnerDistanceParameter) {
  if (transpose) {
    throw new TypeError("its transpose is true, but only false has an effect in Caffe");
  }
  if (distance_type === "L2") return "squares";
  if (distance_type === "L1") return "magnitudes";
  throw new TypeError(
    `its distance_type is ${distance_type || "missing"}, but it must be "L1" or "L2"`,
  );
}

function checkCenters({ shapes: [, centers] }: LayerShape<unknown>, width: number): void {
  if (count(centers!.slice(1)) === width) return;
  throw new TypeError(`its centers are ${showShape(centers!)}, but they must be [N, ${width}]`);
}
