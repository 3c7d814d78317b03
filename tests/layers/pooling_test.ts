import assert from "node:assert/strict";
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
