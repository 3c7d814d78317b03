/**
 * Im2dist, against the loops of its fork, and convolutions of what Im2col has unrolled.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer } from "./harness.ts";

const x = numbers([2, 3, 5, 6], 1);

interface Windows {
  readonly kernel: readonly [number, number];
  readonly pad: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** The distances of the pixels of windows from their middles, as the fork computes them. */
function distances({ kernel, pad, stride, dilation }: Windows, norm: "L1" | "L2"): Tensor {
  const extents = [5, 6].map((extent, i) =>
    Math.trunc((extent + 2 * pad[i]! - dilation[i]! * (kernel[i]! - 1) - 1) / stride[i]!) + 1
  );
  return tensorOf([2, kernel[0] * kernel[1], ...extents], (n, tap, row, column) => {
    const place = (down: number, right: number) =>
      [
        row! * stride[0] - pad[0] + down * dilation[0],
        column! * stride[1] - pad[1] + right * dilation[1],
      ] as const;
    const here = place(Math.floor(tap! / kernel[1]), tap! % kernel[1]);
    const middle = place(Math.floor(kernel[0] / 2), Math.floor(kernel[1] / 2));
    if ([here, middle].some(([h, w]) => h < 0 || h >= 5 || w < 0 || w >= 6)) return 0;
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const difference = at(x, n!, c, ...middle) - at(x, n!, c, ...here);
      sum += norm === "L1" ? Math.abs(difference) : difference * difference * 0.5;
    }
    return sum;
  });
}

for (
  const [does, windows] of [
    ["of a square", { kernel: [3, 3], pad: [1, 1], stride: [1, 1], dilation: [1, 1] }],
    ["with gaps and steps", { kernel: [3, 2], pad: [2, 3], stride: [2, 1], dilation: [2, 3] }],
  ] as const
) {
  const { kernel, pad, stride, dilation } = windows;
  for (const norm of ["L1", "L2"] as const) {
    testEverywhere(`Im2dist measures windows ${does} by ${norm}`, {
      text: `input: "x" input_shape { dim: 2 dim: 3 dim: 5 dim: 6 }
        layer { name: "y" type: "Im2dist" bottom: "x" top: "y" im2dist_param { norm: ${norm} }
          convolution_param { kernel_size: [${kernel}] pad: [${pad}] stride: [${stride}]
            dilation: [${dilation}] } }`,
      inputs: [x],
      outputs: [distances(windows, norm)],
    });
  }
}

const kernels = numbers([4, 3, 3, 3], 2), offsets = numbers([4], 3);
const windows = { kernel: [3, 3], pad: [2, 2], stride: [1, 1], dilation: [2, 2] } as const;
const masks = distances(windows, "L1");

testEverywhere("a segmentation-aware convolution weighs its windows by what Im2dist says", {
  text: `input: "x" input_shape { dim: 2 dim: 3 dim: 5 dim: 6 }
    layer { name: "d" type: "Im2dist" bottom: "x" top: "d" im2dist_param { norm: L1 }
      convolution_param { kernel_size: 3 pad: 2 dilation: 2 } }
    layer { name: "e" type: "Exp" bottom: "d" top: "e" exp_param { scale: -1 } }
    layer { name: "t" type: "Tile" bottom: "e" top: "t" tile_param { axis: 1 tiles: 3 } }
    layer { name: "c" type: "Im2col" bottom: "x" top: "c"
      convolution_param { num_output: 4 kernel_size: 3 pad: 2 dilation: 2 } }
    layer { name: "p" type: "Eltwise" bottom: "c" bottom: "t" top: "p"
      eltwise_param { operation: PROD } }
    layer { name: "y" type: "Convolution" bottom: "p" top: "y"
      convolution_param { num_output: 4 kernel_size: 3 pad: 2 dilation: 2
        bottom_is_im2col: true } }`,
  inputs: [x],
  blobs: { "y:0": kernels, "y:1": offsets },
  outputs: [tensorOf([2, 4, 5, 6], (n, o, row, column) => {
    let sum = at(offsets, o!);
    for (let tap = 0; tap < 9; tap++) {
      const h = row! + 2 * (Math.floor(tap / 3) - 1), w = column! + 2 * (tap % 3 - 1);
      if (h < 0 || h >= 5 || w < 0 || w >= 6) continue;
      const mask = Math.exp(-at(masks, n!, tap, row!, column!));
      for (let c = 0; c < 3; c++) {
        sum += mask * at(x, n!, c, h, w) * at(kernels, o!, c, Math.floor(tap / 3), tap % 3);
      }
    }
    return sum;
  })],
});

Deno.test("a convolution of unrolled windows has groups, and needs whole windows", () => {
  const unrolled = numbers([1, 4, 1, 3], 4), weights = numbers([2, 1, 1, 2], 5);
  const param = { num_output: 2, kernel_size: [1, 2], group: 2, bias_term: false };
  const layer = netLayer("Convolution", { ...param, bottom_is_im2col: true });
  const [top] = runLayer(layer, [unrolled], [weights]);
  const expected = tensorOf(
    [1, 2, 1, 3],
    (_, o, __, i) =>
      at(unrolled, 0, 2 * o!, 0, i!) * at(weights, o!, 0, 0, 0) +
      at(unrolled, 0, 2 * o! + 1, 0, i!) * at(weights, o!, 0, 0, 1),
  );
  assert.deepEqual([...top!.data], [...expected.data]);
  const odd = netLayer("Convolution", { ...param, group: 3, bottom_is_im2col: true });
  assert.throws(() => runLayer(odd, [unrolled], [weights]), {
    message: "its bottom is [1, 4, 1, 3], but with bottom_is_im2col it must be an image whose " +
      "channels are windows of 2 in 3 groups",
  });
});

Deno.test("Im2dist refuses windows of too many taps", () => {
  const text = `input: "x" input_shape { dim: 1 dim: 2 dim: 4 dim: 4 }
    layer { name: "d" type: "Im2dist" bottom: "x" top: "d"
      convolution_param { kernel_size: 23 pad: 11 } }`;
  assert.throws(() => convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }), {
    message: /it has 529 taps in a window, but at most 512 are unrolled/,
  });
});
