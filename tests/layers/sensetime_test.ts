/**
 * Layers of SenseTime's tool chain, compared with plain loops over their definitions.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

const image = numbers([2, 8, 4, 6], 1);

testLayer("Exchange", [{
  does: "makes columns the first axis",
  bottoms: [image],
  tops: [tensorOf([6, 2, 8, 4], (w, n, c, h) => at(image, n, c, h, w))],
}]);

testLayer("SubpixelUp", [{
  does: "makes blocks of pixels of adjacent channels",
  param: { upsample: 2 },
  bottoms: [image],
  tops: [tensorOf([2, 2, 8, 12], (n, c, h, w) => {
    const [row, column] = [Math.floor(h / 2), Math.floor(w / 2)];
    return at(image, n, (c * 2 + h % 2) * 2 + w % 2, row, column);
  })],
}]);

testLayer("SubpixelDown", [{
  does: "makes adjacent channels of blocks of pixels",
  param: { downsample: 2 },
  bottoms: [image],
  tops: [tensorOf([2, 32, 2, 3], (n, c, h, w) => {
    const pixel = c % 4;
    return at(image, n, Math.floor(c / 4), 2 * h + (pixel >> 1), 2 * w + pixel % 2);
  })],
}]);

testLayer("NNInterp", [{
  does: "repeats each pixel",
  param: { height: 8, width: 18 },
  bottoms: [image],
  tops: [
    tensorOf([2, 8, 8, 18], (n, c, h, w) => at(image, n, c, Math.floor(h / 2), Math.floor(w / 3))),
  ],
}]);

testLayer("Reduce", [{
  does: "adds up along an axis",
  param: { axis: 1, operation: "SUM" },
  bottoms: [image],
  tops: [tensorOf([2, 1, 4, 6], (n, _, h, w) => {
    return [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, c) => sum + at(image, n, c, h, w), 0);
  })],
}, {
  does: "averages along the last axis",
  param: { axis: -1, operation: "MEAN" },
  bottoms: [image],
  tops: [tensorOf([2, 8, 4, 1], (n, c, h) => {
    return [0, 1, 2, 3, 4, 5].reduce((sum, w) => sum + at(image, n, c, h, w), 0) / 6;
  })],
}]);

Deno.test("Reduce needs an axis and an operation", () => {
  for (const settings of [{ axis: 1 }, { operation: "SUM" }]) {
    assert.throws(() => runLayer(netLayer("Reduce", settings), [image]), {
      message: "it needs both an axis and an operation, SUM or MEAN, in its reduce_param",
    });
  }
});

testLayer("Clip", [{
  does: "has a min_val and a max_val in SenseTime's tool chain",
  param: { min_val: -0.5, max_val: 1 },
  bottoms: [image],
  tops: [{ ...image, data: image.data.map((x) => Math.min(Math.max(x, -0.5), 1)) }],
}]);

Deno.test("NNInterp, SubpixelUp and SubpixelDown refuse extents that do not fit", () => {
  assert.throws(() => runLayer(netLayer("NNInterp", { height: 8, width: 9 }), [image]), {
    message: "its bottom is [2, 8, 4, 6] and its height and width are [8, 9], but only integer " +
      "multiples are supported",
  });
  assert.throws(() => runLayer(netLayer("NNInterp"), [image]), {
    message: /^its bottom is .* its height and width are \[0, 0\]/,
  });
  assert.throws(() => runLayer(netLayer("SubpixelUp", { upsample: 3 }), [image]), {
    message:
      "its upsample is 3 or missing, but its square must divide the 8 channels of its bottom",
  });
  assert.throws(() => runLayer(netLayer("SubpixelDown", { downsample: 4 }), [image]), {
    message: /^its blocks are 4 × 4, which must divide .* \[2, 8, 4, 6\]$/,
  });
});

Deno.test("HoleConvolution has the dilation that its hole says", () => {
  const settings = "convolution_param { num_output: 2 kernel_size: 2 hole_h: 2 hole_w: 1 }";
  const weights = `blobs { shape { dim: [2, 1, 2, 2] } data: [1, 2, 3, 4, 0, 0, 0, 1] }
    blobs { shape { dim: 2 } data: [0, 10] }`;
  const text =
    `layer { name: "y" type: "HoleConvolution" bottom: "x" top: "y" ${settings} ${weights} }`;
  const x = tensor([1, 1, 3, 3], `1 2 3  4 5 6  7 8 9`);
  assert.deepEqual(runText(text, { x }).outputs.y, tensor([1, 2, 1, 2], `58 68  18 19`));
});

/** HeatMap2Coord in plain loops. */
function coordinates(maps: Tensor, [high, wide]: readonly number[], moves: boolean): Tensor {
  const [samples, channels, height, width] = maps.shape as [number, number, number, number];
  return tensorOf([samples, channels * 3], (n, column) => {
    const c = Math.floor(column / 3);
    let best = -1e9, y = 0, x = 0;
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        if (at(maps, n, c, h, w) > best) [best, y, x] = [at(maps, n, c, h, w), h, w];
      }
    }
    const step = (before: number, after: number) => Math.sign(after - before) / 4;
    const [row, line] = [y, x];
    if (moves && line > 0 && line < width - 1) {
      x += step(at(maps, n, c, row, line - 1), at(maps, n, c, row, line + 1));
    }
    if (moves && row > 0 && row < height - 1) {
      y += step(at(maps, n, c, row - 1, line), at(maps, n, c, row + 1, line));
    }
    return [(x + 0.5) * wide! / width, (y + 0.5) * high! / height, best][column % 3]!;
  });
}

// Steps of a half, so that maxima and neighbours of them are equal in some maps.
const maps = numbers([3, 5, 4, 6], 7);
const steps = { ...maps, data: maps.data.map((x) => Math.round(x * 2) / 2) };
const flat = { shape: [1, 2, 2, 5], data: new Float32Array(20).fill(-3) };

testLayer(
  "HeatMap2Coord",
  [false, true].flatMap((coord_reposition) =>
    [maps, steps, flat, numbers([2, 3, 1, 1], 2)].map((bottom, i) => ({
      does: `finds the maxima of case ${i}${coord_reposition ? ", and moves them" : ""}`,
      param: { coord_h: 32, coord_w: 60, coord_reposition },
      bottoms: [bottom],
      tops: [coordinates(bottom, [32, 60], coord_reposition)],
    }))
  ),
);

Deno.test("HeatMap2Coord needs the extents of a picture", () => {
  assert.throws(() => runLayer(netLayer("HeatMap2Coord", { coord_h: 4 }), [maps]), {
    message: "its coord_w is 0 or missing, but it must be above 0",
  });
});

testEverywhere("HeatMap2Coord", {
  text: `input: "x" input_shape { dim: [3, 5, 4, 6] } layer { name: "y" type: "HeatMap2Coord"
    bottom: "x" top: "y" heatmap_param { coord_h: 32 coord_w: 60 coord_reposition: true } }`,
  inputs: [steps],
  outputs: [coordinates(steps, [32, 60], true)],
});
