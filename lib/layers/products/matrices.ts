/**
 * The products and transposes of matrices in non-local networks. The last two axes are those of a
 * matrix, of which the axes before them may make a batch; a single matrix is multiplied with each of
 * a batch. MatrixProd of "Ask, Attend and Answer" is the first of these products.
 *
 * The matrices of a batch are groups of one convolution, so products are lowered for fixed extents.
 *
 * @see https://github.com/wss321/video-caffe/blob/master/src/caffe/layers/matrix_multiplication_layer.cpp
 * @see https://github.com/wss321/video-caffe/blob/master/src/caffe/layers/tensor_transpose_layer.cpp
 * @see https://github.com/xw-hu/CF-Caffe/blob/master/src/caffe/layers/matrix_transposition_layer.cpp
 * @see https://github.com/lzzcd001/OSLSM/blob/master/src/caffe/layers/MatMultLayer.cpp
 * @see https://github.com/VisionLearningGroup/Ask_Attend_and_Answer/blob/master/caffe/src/caffe/layers/matrix_prod_layer.cpp
 * @module
 */
import { bool, message, repeated, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count, sameShape, type Shape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

/** The products of matrices, and of those whose first or second factor is transposed. */
const products = ["", "Xt", "Yt"].map((transposed) =>
  defineLayer({
    type: `MatrixMultiplication${transposed}`,
    ops: ["conv2d", "dense", "permute", "reshape"],
    bottoms: [2, 2],
    lower: ({ graph, name, bottoms }) => [matrixProduct(graph, name, bottoms, [transposed])],
  })
);

/** MatrixProd, which is the first of them. */
export const matrixProd: Layer = { ...products[0]!, type: "MatrixProd" };

/** MatMult of OSLSM, whose settings transpose either factor. */
const matMult = defineLayer({
  type: "MatMult",
  ops: ["conv2d", "dense", "permute", "reshape"],
  param: {
    name: "matmult_param",
    message: message("MatMultParameter", {
      transpose_a: bool(0, false),
      transpose_b: bool(0, false),
      diagonal_input: repeated(bool(0)),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, bottoms, param: { transpose_a, transpose_b, diagonal_input } }) {
    if (diagonal_input.includes(true)) {
      throw new TypeError("its diagonal_input is true, but only whole matrices are supported");
    }
    const transposed = [...transpose_a ? ["Xt"] : [], ...transpose_b ? ["Yt"] : []];
    return [matrixProduct(graph, name, bottoms, transposed)];
  },
});

/** MatrixTranspose, which CF-Caffe calls MatrixTransposition. */
const transposes = ["MatrixTranspose", "MatrixTransposition"].map((type) =>
  defineLayer({
    type,
    ops: ["permute"],

    lower({ graph, name, bottoms: [bottom] }) {
      expectMatrices(bottom!.shape);
      return [apply(graph, "permute", name, [bottom!], { order: turned(bottom!.shape) })];
    },
  })
);

/** Permutes the axes. All axes must be listed. */
const tensorTranspose = defineLayer({
  type: "TensorTranspose",
  ops: ["permute"],
  param: {
    name: "tensor_transpose_param",
    message: message("TensorTransposeParameter", { order: repeated(uint32(0)) }),
  },

  lower: ({ graph, name, param: { order }, bottoms }) => [
    apply(graph, "permute", name, bottoms, { order }),
  ],
});

export const matrices: readonly Layer[] = [...products, matMult, ...transposes, tensorTranspose];

/** The order of axes that turns matrices. */
function turned({ length }: Shape): number[] {
  return [...Array(length - 2).keys(), length - 1, length - 2];
}

function expectMatrices(shape: Shape): void {
  if (shape.length >= 2) return;
  throw new TypeError(
    `its bottom is ${showShape(shape)}, but it needs matrices, [M, N] or [N, …, M, N]`,
  );
}

/** The product of two matrices, or of each of two batches; `Xt` and `Yt` transpose a factor. */
export function matrixProduct(
  graph: GraphBuilder,
  name: string,
  bottoms: readonly Value[],
  transposed: readonly string[],
): Value {
  const shapes = bottoms.map(({ shape }) => shape);
  shapes.forEach(expectMatrices);
  const nodes = new LayerNodes(graph, name);
  const [left, right] = ["Xt", "Yt"].map((which, i) => {
    const same = fixed(graph, `${name}/${which[0]}`, bottoms[i]!, 0);
    if (!transposed.includes(which)) return same;
    return nodes.add("permute", which, [same], { order: turned(same.shape) });
  }) as [Value, Value];
  const batch = left.shape.slice(0, -2), others = right.shape.slice(0, -2);
  const [rows, inner] = left.shape.slice(-2) as [number, number];
  const [most, columns] = right.shape.slice(-2) as [number, number];
  const isSingle = batch.length * others.length === 0;
  if (inner !== most || !isSingle && !sameShape(batch, others)) {
    throw new TypeError(
      `its bottoms are ${shapes.map(showShape).join(" and ")}, whose matrices cannot be multiplied`,
    );
  }
  const whole = (value: Value) =>
    apply(graph, "reshape", name, [value], {
      shape: [...batch.length > 0 ? batch : others, rows, columns],
    });
  if (others.length === 0) {
    // All rows of all matrices are multiplied by the columns of one.
    const flat = nodes.reshape("rows", left, [-1, inner]);
    const weights = nodes.add("permute", "columns", [right], { order: [1, 0] });
    return whole(nodes.add("dense", "products", [flat, weights], { output: columns, bias: false }));
  }
  const group = count(batch), [samples, channels] = isSingle ? [-1, inner] : [1, group * inner];
  const weights = nodes.reshape("weights", left, [group * rows, inner, 1, 1]);
  const image = nodes.reshape("image", right, [samples, channels, columns, 1]);
  const options = { output: group * rows, kernel: [1, 1], group, bias: false } as const;
  return whole(nodes.add("conv2d", "products", [image, weights], options));
}
