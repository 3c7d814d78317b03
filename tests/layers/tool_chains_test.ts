/**
 * Layers of files for the chips of HiSilicon, Huawei, Sophgo and Cambricon.
 */
import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { blob, runText } from "./text_layer.ts";

/** Consecutive numbers from 0 in a shape. */
function numbered(shape: readonly number[]) {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float32Array.from({ length: count }, (_, i) => i) };
}

Deno.test("PassThrough rearranges pixels of blocks into channels, all channels of the first pixel first", () => {
  const [batch, channels, height, width, rows, columns] = [2, 3, 4, 6, 2, 3];
  const image = numbered([batch, channels, height, width]);
  const text = `layer { name: "y" type: "PassThrough" bottom: "x" top: "y"
    pass_through_param { block_height: ${rows} block_width: ${columns} num_output: 18 } }`;
  const { outputs: { y } } = runText(text, { x: image });
  const [high, wide, deep] = [height / rows, width / columns, channels * rows * columns];
  assert.deepEqual(y!.shape, [batch, deep, high, wide]);
  const expected = new Float32Array(image.data.length);
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      for (let h = 0; h < height; h++) {
        for (let w = 0; w < width; w++) {
          const pixel = (h % rows) * columns + w % columns;
          const at = [n, pixel * channels + c, Math.floor(h / rows), Math.floor(w / columns)];
          const to = ((at[0]! * deep + at[1]!) * high + at[2]!) * wide + at[3]!;
          expected[to] = image.data[((n * channels + c) * height + h) * width + w]!;
        }
      }
    }
  }
  assert.deepEqual(y!.data, expected);
});

Deno.test("PassThrough refuses extents that its blocks do not divide, and a wrong num_output", () => {
  const told = (settings: Record<string, number>) =>
    runLayer(netLayer("PassThrough", settings), [numbered([1, 1, 4, 6])]);
  assert.throws(() => told({ block_height: 3, block_width: 3 }), {
    message: /^its blocks are 3 × 3, which must divide .* \[1, 1, 4, 6\]$/,
  });
  assert.throws(() => told({}), { message: /^its blocks are 0 × 0/ });
  assert.throws(() => told({ block_height: 2, block_width: 2, num_output: 3 }), {
    message: "its num_output is 3, but its blocks make 4",
  });
});

Deno.test("DepthwiseConv has a group for each channel, and as many kernels as outputs", () => {
  const text = (group: string) =>
    `layer { name: "y" type: "DepthwiseConv" bottom: "x" top: "y" convolution_param {
      num_output: 4 kernel_h: 1 kernel_w: 2 ${group} }
      ${blob([4, 1, 1, 2], [1, 0, 0, 1, 1, 1, 2, -1])} ${blob([4], [0, 10, 0, 0])} }`;
  const x = tensor([1, 2, 1, 3], `1 2 3  4 5 6`);
  const { outputs: { y } } = runText(text(""), { x });
  assert.deepEqual(y, tensor([1, 4, 1, 2], `1 2  12 13  9 11  3 4`));
  assert.deepEqual(runText(text("group: 2"), { x }).outputs.y, y);
  const wide = { shape: [1, 4, 1, 3], data: new Float32Array(12) };
  assert.throws(() => runText(text("group: 2"), { x: wide }), {
    message: /its group is 2, but it must be its number of channels, 4;/,
  });
});

testLayer("MatMul", [{
  does: "multiplies by the transpose of its second bottom",
  param: { dim_1: 2, dim_2: 3, dim_3: 1 },
  bottoms: [tensor([1, 2, 3, 1], `1 2 3  4 5 6`), tensor([3], `1 0 -1`)],
  tops: [tensor([2, 1], `-2  -2`)],
}]);

Deno.test("MatMul refuses bottoms that are not the matrices of its settings", () => {
  const bottoms = [numbered([2, 3]), numbered([3])];
  const layer = netLayer("MatMul", { dim_1: 2, dim_2: 2, dim_3: 1 }, { bottoms: ["a", "b"] });
  assert.throws(() => runLayer(layer, bottoms), {
    message: /^its bottoms are \[2, 3\] and \[3\], .* read as \[2, 2\] and \[1, 2\]/,
  });
});

const image = tensor([1, 1, 1, 2], `1 2`);
const larger = tensor([1, 1, 2, 6], `1 1 1 2 2 2  1 1 1 2 2 2`);

testLayer("Upsample", [{
  does: "repeats pixels up to the size of upsample_h and upsample_w",
  param: { upsample_h: 2, upsample_w: 6 },
  bottoms: [image],
  tops: [larger],
}, {
  does: "accepts both scales and the size that follows from them",
  param: { scale_h: 2, scale_w: 3, upsample_h: 2, upsample_w: 6, nearestneighbor_mode: true },
  bottoms: [image],
  tops: [larger],
}, {
  does: "repeats pixels by Ascend's strides, twice along the axis without one",
  param: { scale: 1, stride_w: 3 },
  bottoms: [image],
  tops: [larger],
}, {
  does: "multiplies by a scale beside a stride, and prefers stride to stride_w",
  param: { scale: 5, stride: 2, stride_w: 7 },
  bottoms: [image],
  tops: [tensor([1, 1, 2, 4], `5 5 10 10  5 5 10 10`)],
}]);

for (
  const [settings, message] of [
    [{}, /^it has one bottom, so it needs a scale, or upsample_h and upsample_w/],
    [{ upsample_h: 2, upsample_w: 5 }, /^its bottom is \[1, 1, 1, 2\], .* must be a multiple$/],
    [{ upsample_h: 2 }, /^it needs both upsample_h and upsample_w/],
    [{ scale: 2, upsample_h: 2, upsample_w: 6 }, /^its bottom .* \[2, 6\], .* 2 × 2 times$/],
    [{ scale: 2, pad_out_w: true }, /^it has pad_out_h, pad_out_w or nearestneighbor_mode: false/],
    [{ stride: 0 }, /^its stride is \[0, 0\]/],
    [{ scale: 0 }, /^its scale is 0, but must be at least 1$/],
  ] as const
) {
  Deno.test(`Upsample of one bottom refuses ${JSON.stringify(settings)}`, () => {
    assert.throws(() => runLayer(netLayer("Upsample", settings), [image]), { message });
  });
}

testLayer("Reverse", [{
  does: "reverses several axes",
  param: { axis: [1, 2] },
  bottoms: [tensor([2, 2, 2], `1 2 3 4  5 6 7 8`)],
  tops: [tensor([2, 2, 2], `4 3 2 1  8 7 6 5`)],
}]);

Deno.test("Reverse refuses to reverse an axis twice", () => {
  assert.throws(() => runLayer(netLayer("Reverse", { axis: [1, 1] }), [image]), {
    message: /^its axis is 1, 1, but all must be different, and 0 or more$/,
  });
});
