/**
 * Norm2Layer and L2NormLayer: samples divided by their L2 norm, Python layers of networks for
 * embeddings of faces.
 *
 * @see https://github.com/luhaofang/tripletloss
 * @see https://github.com/hizhangp/triplet/blob/master/triplet/l2norm_layer.py
 * @module
 */
import { showShape } from "../../../runtime/tensor.ts";
import { apply } from "../layer.ts";
import { definePythonLayer, type PythonLayer } from "./python_layer.ts";

export const norm2Layers: readonly PythonLayer[] = [
  "norm2layer.Norm2Layer",
  "l2norm_layer.L2NormLayer",
].map((name) =>
  definePythonLayer({
    name,
    settings: [],
    bottoms: [1, 1],
    tops: [1, 1],

    lower({ graph, name, bottoms }) {
      const { shape } = bottoms[0]!;
      if (shape.length !== 2) {
        throw new TypeError(`its bottom is ${showShape(shape)}, but it needs two axes [N, C]`);
      }
      // Too small to change the result, except that zeros stay zeros.
      return [apply(graph, "normalize", name, bottoms, { eps: 1e-30 })];
    },
  })
);
