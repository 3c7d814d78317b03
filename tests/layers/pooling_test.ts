import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { Random } from "../random.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const image = tensor(
  [1, 1, 3, 5],
  `
      1 2 5 2 3
      9 4 1 4 8
      1 2 5 2 3`,
);

testLayer("Pooling", [
  {
    does: "rounds the number of windows down with cmp_out_shape_floor_as_conv",
    param: { kernel_size: [2], stride: [2], cmp_out_shape_floor_as_conv: true },
    bottoms: [image],
    tops: [tensor([1, 1, 1, 2], `9 5`)],
  },
  {
    does: "has a setting for each axis of an image",
    param: { kernel_size: [3, 2], stride: [1, 3] },
    bottoms: [image],
    tops: [tensor([1, 1, 1, 2], `9 8`)],
  },
  {
    does: "has a setting for each axis of a volume",
    param: { kernel_size: [2, 1, 3], stride: [1, 1, 2] },
    bottoms: [tensor(
      [1, 1, 3, 2, 3],
      `
      1 2 3   4 5 6
      7 0 1   2 9 3
      4 4 4   8 1 2`,
    )],
    tops: [tensor([1, 1, 2, 2, 1], `7 9 7 9`)],
  },
  {
    does: "has one setting for all axes of a volume",
    param: { pool: "AVE", kernel_size: [2], stride: [2] },
    bottoms: [tensor([1, 1, 2, 2, 4], `1 2 3 4  5 6 7 8  1 1 2 2  1 1 2 2`)],
    tops: [tensor([1, 1, 1, 1, 2], `2.25 3.75`)],
  },
  {
    does: "pools a whole volume with global_pooling",
    param: { pool: "AVE", global_pooling: true },
    bottoms: [tensor([1, 2, 1, 2, 3], `1 2 3 4 5 6  0 0 0 0 0 3`)],
    tops: [tensor([1, 2, 1, 1, 1], `3.5 0.5`)],
  },
  {
    does: "gives the maximum of each window",
    param: { kernel_size: [2] },
    bottoms: [image],
    tops: [tensor(
      [1, 1, 2, 4],
      `
      9 5 5 8
      9 5 5 8`,
    )],
  },
  {
    does: "ignores kernel_w without kernel_h beside kernel_size, as Caffe does",
    param: { kernel_size: [2], kernel_w: 5 },
    bottoms: [image],
    tops: [tensor(
      [1, 1, 2, 4],
      `
      9 5 5 8
      9 5 5 8`,
    )],
  },
  {
    does: "rounds the number of windows up by default",
    param: { kernel_size: [2], stride: [2] },
    bottoms: [image],
    tops: [tensor(
      [1, 1, 2, 3],
      `
      9 5 8
      2 5 3`,
    )],
  },
  {
    does: "includes the padding in the mean",
    param: { pool: "AVE", kernel_size: [3], pad: [1], stride: [2] },
    bottoms: [tensor([1, 1, 3, 3], `2 2 2 2 2 2 2 2 2`)],
    tops: [tensor([1, 1, 2, 2], `0.8888889 0.8888889 0.8888889 0.8888889`)],
  },
  {
    does: "omits a window that starts in the padding after the image",
    param: { kernel_h: 2, kernel_w: 1, stride: [2], pad_h: 1, pad_w: 0 },
    bottoms: [tensor(
      [1, 1, 2, 4],
      `
      1 2 3 4
      5 6 7 8`,
    )],
    tops: [tensor(
      [1, 1, 2, 2],
      `
      1 3
      5 7`,
    )],
  },
  {
    does: "pools a whole image with global_pooling",
    param: { pool: "AVE", global_pooling: true },
    bottoms: [image],
    tops: [tensor([1, 1, 1, 1], `3.4666667`)],
  },
  {
    does: "gives the index of each maximum in its plane, the first of equal ones",
    param: { kernel_h: 3, kernel_w: 2, stride: [2] },
    bottoms: [image],
    tops: [
      tensor([1, 1, 1, 3], `9 5 8`),
      tensor([1, 1, 1, 3], `5 2 9`),
    ],
  },
  {
    does: "weighs each element by itself with STOCHASTIC outside training",
    param: { pool: "STOCHASTIC", kernel_size: [2], stride: [2] },
    bottoms: [tensor(
      [1, 1, 3, 4],
      `
      1 3 0 0
      2 2 0 0
      5 0 1 1`,
    )],
    tops: [tensor(
      [1, 1, 2, 2],
      `
      2.25 0
      5    1`,
    )],
  },
]);

/** The maxima of windows whose elements have a distance, in plain loops. */
function dilatedMaxima({ shape, data }: Tensor, kernel: number[], dilation: number[]): Tensor {
  const planes = shape[0]! * shape[1]!, extents = shape.slice(2);
  const pooled = extents.map((extent, i) => extent - (kernel[i]! - 1) * dilation[i]!);
  const strides = extents.map((_, i) => extents.slice(i + 1).reduce((a, b) => a * b, 1));
  const size = extents.reduce((a, b) => a * b);
  /** All index vectors below the given extents. */
  const indices = (below: number[]) =>
    below.reduce<number[][]>(
      (all, n) => all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
      [[]],
    );
  const maxima = Array.from(
    { length: planes },
    (_, plane) =>
      indices(pooled).map((at) =>
        Math.max(
          ...indices(kernel).map((k) =>
            data[
              plane * size +
              at.reduce((sum, x, i) => sum + (x + k[i]! * dilation[i]!) * strides[i]!, 0)
            ]!
          ),
        )
      ),
  );
  return { shape: [...shape.slice(0, 2), ...pooled], data: Float32Array.from(maxima.flat()) };
}

function random(...shape: number[]): Tensor {
  const numbers = new Random(shape.length), size = shape.reduce((a, b) => a * b);
  return { shape, data: Float32Array.from({ length: size }, () => numbers.next() - 0.5) };
}

const [plane, volume] = [random(2, 3, 7, 9), random(1, 2, 4, 5, 6)];

for (const type of ["Pooling", "PoolingSK"]) {
  testLayer(type, [
    {
      does: "has a distance between the elements of a window with dilation",
      param: { kernel_size: [3], dilation: [2] },
      bottoms: [plane],
      tops: [dilatedMaxima(plane, [3, 3], [2, 2])],
    },
    {
      does: "has one for each axis, once called kstride",
      param: { kernel_h: 2, kernel_w: 3, kstride: [4, 1] },
      bottoms: [plane],
      tops: [dilatedMaxima(plane, [2, 3], [4, 1])],
    },
    {
      does: "has one along some axes of a volume",
      param: { kernel_size: [1, 2, 2], dilation: [5, 3, 1] },
      bottoms: [volume],
      tops: [dilatedMaxima(volume, [1, 2, 2], [5, 3, 1])],
    },
    {
      does: "is without windows the identity, whatever the dilation",
      param: { kernel_size: [1], dilation: [2] },
      bottoms: [plane],
      tops: [plane],
    },
  ]);
}

testLayer("PoolingND", [{
  does: "pools a volume with one number for all axes, and rounds up",
  param: { kernel_size: [2], stride: [2], pad: [0] },
  bottoms: [tensor([1, 1, 3, 1, 2], `1 2  4 3  0 -1`)],
  tops: [tensor([1, 1, 2, 1, 1], `4 0`)],
}]);

Deno.test("Pooling refuses a dilation with other settings, and windows that do not fit", () => {
  const settings = [
    { pool: "AVE" },
    { stride: [2] },
    { pad: [1] },
    { pad_l: 1 },
  ];
  for (const more of settings) {
    const layer = netLayer("Pooling", { kernel_size: [2], dilation: [2], ...more });
    assert.throws(() => runLayer(layer, [plane]), {
      message:
        /^it has a dilation, which is supported only for maxima, with stride 1, without padding, and/,
    });
  }
  const twice = netLayer("Pooling", { kernel_size: [2], dilation: [2], kstride: [1] });
  assert.throws(() => runLayer(twice, [plane]), {
    message: "it has both dilation and kstride, its earlier name, but needs one of them",
  });
  const large = netLayer("Pooling", { kernel_size: [2], dilation: [7] });
  assert.throws(() => runLayer(large, [plane]), {
    message:
      /^its kernel is \[2, 2\] with dilation \[7, 7\], but must fit its bottom \[2, 3, 7, 9\]$/,
  });
});

Deno.test("Pooling refuses settings for a wrong number of axes", () => {
  const refused = (param: Record<string, unknown>, shape: number[]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b));
    runLayer(netLayer("Pooling", param), [{ shape, data }]);
  };
  assert.throws(() => refused({ kernel_size: [2, 2, 2] }, [1, 1, 3, 5]), {
    message:
      /^it has kernel_size 3 times, but it must be there once, or once for each of the 2 axes/,
  });
  assert.throws(() => refused({ kernel_h: 2, kernel_w: 2 }, [1, 1, 2, 3, 5]), {
    message:
      /^it mixes kernel_size with kernel_h or kernel_w, but needs either kernel_size or both others/,
  });
});
