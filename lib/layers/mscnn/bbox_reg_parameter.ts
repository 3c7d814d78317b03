/**
 * The normalization of box regression in MS-CNN and Cascade R-CNN.
 *
 * @module
 */
import { float, message, repeated } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import type { NetLayer } from "../../caffe/net.ts";
import type { LayerNodes } from "../layer_nodes.ts";

/** The settings that layers of several types have beside their own. */
export const bboxRegParam = {
  name: "bbox_reg_param",
  message: message("BBoxRegParameter", {
    bbox_mean: repeated(float(0)),
    bbox_std: repeated(float(0)),
  }),
};

/** Denormalizes the offsets and log-scales of boxes, which are along an axis. */
export function denormalized(nodes: LayerNodes, layer: NetLayer, moves: Value, axis = 1): Value {
  const { bbox_mean: mean, bbox_std: std } = layer.param(bboxRegParam);
  if (mean.length === 0 || std.length === 0) return moves;
  if (mean.length !== 4 || std.length !== 4) {
    throw new TypeError(
      `it has ${mean.length} bbox_mean and ${std.length} bbox_std, but needs 4 of both, or none`,
    );
  }
  const terms = [nodes.numbers("std", std), nodes.numbers("mean", mean)];
  return nodes.add("affine", "denormalized", [moves, ...terms], { axis });
}
