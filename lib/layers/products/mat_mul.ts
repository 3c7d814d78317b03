/**
 * Sophgo's MatMul: the product of a matrix and the transpose of another. Its settings are the extents
 * of the matrices as which its bottoms are read.
 *
 * @see https://github.com/sophgo/caffe/blob/master/src/caffe/layers/matmul_layer.cpp
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { apply, defineLayer } from "../layer.ts";

export const matMul = defineLayer({
  type: "MatMul",
  ops: ["dense", "reshape"],
  param: {
    name: "matmul_param",
    message: message("MatMulParameter", {
      dim_1: uint32(0, 0),
      dim_2: uint32(0, 0),
      dim_3: uint32(0, 0),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param: { dim_1: m, dim_2: k, dim_3: n }, bottoms, shapes }) {
    const sizes = [[m, k], [n, k]] as const;
    const readAs = sizes.map((size) => showShape([...size])).join(" and ");
    if (m * k * n === 0 || sizes.some((size, i) => count(size) !== count(shapes[i]!))) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, which its dim_1 ${m}, dim_2 ` +
          `${k} and dim_3 ${n} read as ${readAs}; for another layer of this name ` +
          customLayerHint,
      );
    }
    const [left, right] = bottoms.map((bottom, i) =>
      apply(graph, "reshape", `${name}/matrix${i}`, [bottom], { shape: sizes[i]! })
    );
    return [apply(graph, "dense", name, [left!, right!], { output: n, bias: false })];
  },
});
