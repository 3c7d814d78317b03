/**
 * The products and transposes of matrices, against plain loops.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, testLayer } from "./harness.ts";

/** The tensor with its last two axes exchanged. */
function turned(x: Tensor): Tensor {
  const shape = [...x.shape.slice(0, -2), x.shape.at(-1)!, x.shape.at(-2)!];
  return tensorOf(shape, (...place) => {
    return at(x, ...place.slice(0, -2), place.at(-1)!, place.at(-2)!);
  });
}

/** The products of matrices, or of a single one and each of a batch. */
function product(x: Tensor, y: Tensor): Tensor {
  const batch = (x.shape.length > 2 ? x : y).shape.slice(0, -2);
  return tensorOf([...batch, x.shape.at(-2)!, y.shape.at(-1)!], (...place) => {
    const [row, column] = place.slice(-2) as [number, number], sample = place.slice(0, -2);
    let sum = 0;
    for (let k = 0; k < x.shape.at(-1)!; k++) {
      sum += at(x, ...x.shape.length > 2 ? sample : [], row, k) *
        at(y, ...y.shape.length > 2 ? sample : [], k, column);
    }
    return sum;
  });
}

const batches = [numbers([2, 3, 4, 5], 1), numbers([2, 3, 5, 2], 2)] as const;
const singles = [numbers([4, 5], 3), numbers([5, 2], 4)] as const;
const bottoms = [
  { does: "multiplies the matrices of two batches", x: batches[0], y: batches[1] },
  { does: "multiplies each of a batch by one matrix", x: batches[0], y: singles[1] },
  { does: "multiplies one matrix by each of a batch", x: singles[0], y: batches[1] },
  { does: "multiplies two matrices", x: singles[0], y: singles[1] },
];

for (const type of ["MatrixMultiplication", "MatrixProd"]) {
  testLayer(
    type,
    bottoms.map(({ does, x, y }) => {
      return { does, bottoms: [x, y], tops: [product(x, y)] };
    }),
  );
}
testLayer(
  "MatrixMultiplicationXt",
  bottoms.map(({ does, x, y }) => {
    return { does, bottoms: [turned(x), y], tops: [product(x, y)] };
  }),
);
testLayer(
  "MatrixMultiplicationYt",
  bottoms.map(({ does, x, y }) => {
    return { does, bottoms: [x, turned(y)], tops: [product(x, y)] };
  }),
);

const [left, right] = batches, tops = [product(left, right)];

testLayer("MatMult", [
  { does: "multiplies the matrices of two batches", bottoms: [left, right], tops },
  {
    does: "multiplies by a transposed factor",
    param: { transpose_b: true },
    bottoms: [left, turned(right)],
    tops,
  },
  {
    does: "multiplies two transposed factors",
    param: { transpose_a: true, transpose_b: true },
    bottoms: [turned(left), turned(right)],
    tops,
  },
]);

Deno.test("MatMult refuses the diagonals of matrices", () => {
  const layer = netLayer("MatMult", { diagonal_input: [false, true] }, { bottoms: ["a", "b"] });
  assert.throws(() => runLayer(layer, [left, right]), {
    message: "its diagonal_input is true, but only whole matrices are supported",
  });
});

for (const type of ["MatrixTranspose", "MatrixTransposition"]) {
  testLayer(type, [{
    does: "exchanges the last two axes",
    bottoms: [batches[0]],
    tops: [turned(batches[0])],
  }]);
}

testLayer("TensorTranspose", [{
  does: "has the axis of the bottom for each of the top",
  param: { order: [2, 0, 3, 1] },
  bottoms: [batches[0]],
  tops: [tensorOf([4, 2, 5, 3], (a, b, c, d) => at(batches[0], b!, d!, a!, c!))],
}]);

Deno.test("matrices that do not fit are refused", () => {
  const run = (type: string, ...given: Tensor[]) =>
    runLayer(netLayer(type, {}, { bottoms: given.map((_, i) => `${i}`) }), given);
  for (const [x, y] of [[singles[0], singles[0]], [batches[0], numbers([3, 5, 2], 1)]] as const) {
    assert.throws(() => run("MatrixMultiplication", x, y), {
      message: /^its bottoms are .* and .*, whose matrices cannot be multiplied$/,
    });
  }
  assert.throws(() => run("MatrixTranspose", numbers([5], 1)), {
    message: "its bottom is [5], but it needs matrices, [M, N] or [N, …, M, N]",
  });
});

// A non-local block: y = x + softmax(xᵀx) xᵀ.
const x = numbers([2, 3, 4], 5);
const weights = (() => {
  const scores = product(turned(x), x), exp = (value: number) => Math.exp(value);
  return tensorOf(scores.shape, (n, i, j) => {
    const row = Array.from({ length: 4 }, (_, k) => exp(at(scores, n!, i!, k)));
    return exp(at(scores, n!, i!, j!)) / row.reduce((a, b) => a + b);
  });
})();

testEverywhere("a non-local block multiplies batches of matrices", {
  text: `
    input: "x" input_shape { dim: 2 dim: 3 dim: 4 }
    layer { name: "s" type: "MatrixMultiplicationXt" bottom: "x" bottom: "x" top: "s" }
    layer { name: "p" type: "Softmax" bottom: "s" top: "p" softmax_param { axis: 2 } }
    layer { name: "t" type: "TensorTranspose" bottom: "x" top: "t"
      tensor_transpose_param { order: 0 order: 2 order: 1 } }
    layer { name: "y" type: "MatrixMultiplication" bottom: "p" bottom: "t" top: "y" }`,
  inputs: [x],
  outputs: [product(weights, turned(x))],
});
