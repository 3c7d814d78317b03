/**
 * Netvlad and Intranorm of contextual reweighting networks, which describe a place by local features
 * that are assigned to clusters. This Netvlad adds the centre of a cluster, which others subtract:
 *
 *     sums of assignments [N, K, H, W] · (features [N, D, H, W] + centres [K, D])  →  [N, K·D]
 *
 * Intranorm divides the sums of each cluster by their L2 norm.
 *
 * @see https://github.com/hyojinie/crn/blob/master/caffe/src/caffe/layers/netvlad_layer.cpp
 * @see https://github.com/hyojinie/crn/blob/master/caffe/src/caffe/layers/intranorm_layer.cpp
 * @module
 */
import { message, nested, uint32 } from "../../../proto/message.ts";
import { count, sameShape, showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";
import { matrixProduct } from "./matrices.ts";

export const netvlad = defineLayer({
  type: "Netvlad",
  ops: ["affine", "conv2d", "eltwise", "permute", "reduce", "reshape", "tile"],
  param: {
    name: "netvlad_param",
    message: message("NetvladParameter", {
      cluster_num: uint32(0),
      local_dim: uint32(0),
      vlad_dim: uint32(0),
      weight_filler: nested(0, FillerParameter),
    }),
  },
  bottoms: [2, 2],

  blobs({ param: { cluster_num, local_dim, vlad_dim, weight_filler } }) {
    expectPositive({ cluster_num, local_dim });
    const shape = [cluster_num!, local_dim!], because = `cluster_num and local_dim ${shape}`;
    if (vlad_dim !== count(shape)) {
      throw new TypeError(
        `its vlad_dim is ${vlad_dim}, but it must be the product of its ${because}`,
      );
    }
    return [{ name: "centres", shape, filler: weight_filler, because }];
  },

  lower({ graph, name, bottoms, blobs: [centres], shapes: [parts, features] }) {
    const [clusters, channels] = centres!.shape as [number, number];
    if (
      parts!.length !== 4 || !sameShape(parts!, features!.with(1, clusters)) ||
      features![1] !== channels
    ) {
      throw new TypeError(
        `its bottoms are ${showShape(parts!)} and ${showShape(features!)}, but they must be ` +
          `[N, ${clusters}, H, W] and [N, ${channels}, H, W]`,
      );
    }
    const nodes = new LayerNodes(graph, name);
    const [assigned, local] = ["assigned", "local"].map((role, i) =>
      nodes.reshape(role, bottoms[i]!, [0, 0, -1])
    );
    const sums = matrixProduct(graph, `${name}/sums`, [assigned!, local!], ["Yt"]);
    const weights = nodes.add("reduce", "weights", [assigned!], { axis: 2 });
    const columns = nodes.reshape("columns", weights, [0, 0, 1]);
    const tiled = nodes.add("tile", "tiled", [columns], { axis: 2, tiles: channels });
    const weighed = nodes.add("affine", "weighed", [tiled, centres!], { terms: "scale" });
    const both = nodes.add("eltwise", "both", [sums, weighed], {});
    return [apply(graph, "reshape", name, [both], { shape: [0, -1] })];
  },
});

export const intranorm = defineLayer({
  type: "Intranorm",
  ops: ["normalize", "reshape"],
  param: {
    name: "intranorm_param",
    message: message("IntranormParameter", { cluster_num: uint32(0) }),
  },

  lower({ graph, name, param: { cluster_num }, bottoms: [bottom] }) {
    expectPositive({ cluster_num });
    const shape = bottom!.shape.slice(1), size = count(shape) / cluster_num!;
    if (!Number.isInteger(size)) {
      throw new TypeError(
        `its bottom is ${showShape(bottom!.shape)}, whose samples do not divide into ` +
          `cluster_num ${cluster_num} equal parts`,
      );
    }
    const nodes = new LayerNodes(graph, name);
    const parts = nodes.reshape("parts", fixed(graph, name, bottom!, 1), [-1, size]);
    const unit = nodes.add("normalize", "unit", [parts], { acrossSpatial: true, eps: 1e-12 });
    return [apply(graph, "reshape", name, [unit], { shape: [-1, ...shape] })];
  },
});
