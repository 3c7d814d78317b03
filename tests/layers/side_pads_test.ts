/**
 * Padding with a setting for each side, and the pooling methods of Synopsys's fork.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { expectTensor, tensor, testLayer } from "./harness.ts";
import { blob, runText } from "./text_layer.ts";

/** The element at some indices of an image, or `outside` beyond its borders. */
function pixelAt(image: Tensor, [n, c, h, w]: Indices, outside = 0): number {
  const [, , height, width] = image.shape;
  return h < 0 || w < 0 || h >= height! || w >= width! ? outside : at(image, n, c, h, w);
}

type Indices = readonly [n: number, c: number, h: number, w: number];

const x = numbers([2, 2, 5, 6], 1);

/** Top, bottom, left, right. */
const paddings = [[0, 1, 0, 1], [2, 0, 1, 1], [1, 1, 2, 2], [1, 2, 0, 3]] as const;

function sides([top, bottom, left, right]: readonly number[]): string {
  return `pad_t: ${top} pad_b: ${bottom} pad_l: ${left} pad_r: ${right}`;
}

for (const padding of paddings) {
  const [top, bottom, left, right] = padding;

  Deno.test(`Convolution pads ${padding.join(", ")}`, () => {
    const weights = numbers([3, 2, 3, 2], 2), biases = [1, 2, 3];
    const { outputs: { y } } = runText(
      `layer { name: "y" type: "Convolution" bottom: "x" top: "y" convolution_param {
        num_output: 3 kernel_h: 3 kernel_w: 2 stride: 2 ${sides(padding)} }
        ${blob(weights.shape, [...weights.data])} ${blob([3], biases)} }`,
      { x },
    );
    const height = Math.floor((5 + top + bottom - 3) / 2) + 1;
    const width = Math.floor((6 + left + right - 2) / 2) + 1;
    const expected = tensorOf([2, 3, height, width], (n, o, h, w) => {
      let sum = biases[o!]!;
      for (let c = 0; c < 2; c++) {
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < 2; j++) {
            sum += at(weights, o!, c, i, j) *
              pixelAt(x, [n!, c, h! * 2 - top + i, w! * 2 - left + j]);
          }
        }
      }
      return sum;
    });
    expectTensor(y!, expected);
  });

  Deno.test(`ConvolutionDepthwise pads ${padding.join(", ")}`, () => {
    const weights = numbers([2, 1, 2, 2], 2);
    const text = (settings: string) =>
      `layer { name: "y" type: "ConvolutionDepthwise" bottom: "x" top: "y" convolution_param {
        num_output: 2 kernel_size: 2 bias_term: false ${settings} }
        ${blob(weights.shape, [...weights.data])} }`;
    const [pad_h, pad_w] = [Math.max(top, bottom), Math.max(left, right)];
    const even = runText(text(`pad_h: ${pad_h} pad_w: ${pad_w}`), { x }).outputs.y!;
    const { outputs: { y } } = runText(text(sides(padding)), { x });
    const shape = [2, 2, 5 + top + bottom - 1, 6 + left + right - 1];
    expectTensor(
      y!,
      tensorOf(shape, (n, c, h, w) => at(even, n!, c!, h! + pad_h - top, w! + pad_w - left)),
    );
  });

  Deno.test(`Deconvolution crops ${padding.join(", ")}`, () => {
    const weights = numbers([2, 3, 4, 3], 2);
    const text = (settings: string) =>
      `layer { name: "y" type: "Deconvolution" bottom: "x" top: "y" convolution_param {
        num_output: 3 kernel_h: 4 kernel_w: 3 stride: 2 ${settings} }
        ${blob(weights.shape, [...weights.data])} ${blob([3], [1, 2, 3])} }`;
    const whole = runText(text(""), { x }).outputs.y!;
    const { outputs: { y } } = runText(text(sides(padding)), { x });
    const shape = [2, 3, 12 - top - bottom, 13 - left - right];
    expectTensor(y!, tensorOf(shape, (n, c, h, w) => at(whole, n!, c!, h! + top, w! + left)));
  });

  for (const pool of ["MAX", "AVE", "AVE_EXC_PAD"]) {
    for (const ceil of [false, true]) {
      Deno.test(`Pooling ${pool} pads ${padding.join(", ")}${ceil ? ", and rounds up" : ""}`, () => {
        const { outputs: { y } } = runText(
          `layer { name: "y" type: "Pooling" bottom: "x" top: "y" pooling_param { pool: ${pool}
            kernel_h: 3 kernel_w: 4 stride_h: 3 stride_w: 2 ceil_mode: ${ceil}
            ${sides(padding)} } }`,
          { x },
        );
        const round = ceil ? Math.ceil : Math.floor;
        const count = (extent: number, before: number, behind: number, k: number, s: number) => {
          const count = round((extent + before + behind - k) / s) + 1;
          return (count - 1) * s >= extent + before ? count - 1 : count;
        };
        const shape = [2, 2, count(5, top, bottom, 3, 3), count(6, left, right, 4, 2)];
        const expected = tensorOf(shape, (n, c, h, w) => {
          const [first, start] = [h! * 3 - top, w! * 2 - left];
          const whole = (Math.min(first + 3, 5 + bottom) - first) *
            (Math.min(start + 4, 6 + right) - start);
          const inside: number[] = [];
          for (let i = first; i < first + 3; i++) {
            for (let j = start; j < start + 4; j++) {
              const value = pixelAt(x, [n!, c!, i, j], NaN);
              if (!Number.isNaN(value)) inside.push(value);
            }
          }
          if (pool === "MAX") return Math.max(...inside);
          const sum = inside.reduce((sum, value) => sum + value, 0);
          return sum / (pool === "AVE" ? whole : inside.length);
        });
        expectTensor(y!, expected);
      });
    }
  }
}

testLayer("Pooling", [{
  does: "excludes the padding from the mean with AVE_TF",
  param: { pool: "AVE_TF", kernel_size: [2], stride: [2], pad: [1] },
  bottoms: [tensor([1, 1, 2, 2], `1 2  3 4`)],
  tops: [tensor([1, 1, 2, 2], `1 2  3 4`)],
}, {
  does: "excludes the padding from the mean with avg_include_pad: false",
  param: { pool: "AVE", kernel_size: [3], stride: [2], pad: [1], avg_include_pad: false },
  bottoms: [tensor([1, 1, 2, 4], `1 2 3 4  5 6 7 8`)],
  // The last windows reach beyond the padding.
  tops: [tensor([1, 1, 2, 3], `3.5 5 6  5.5 7 8`)],
}, {
  does: "ignores avg_include_pad for maxima",
  param: { kernel_size: [2], stride: [2], pad: [1], avg_include_pad: false },
  bottoms: [tensor([1, 1, 2, 2], `1 2  3 4`)],
  tops: [tensor([1, 1, 2, 2], `1 2  3 4`)],
}]);

/** Asserts that a network of one layer is refused. */
function refused(layer: string, message: RegExp): void {
  assert.throws(() => runText(`layer { name: "y" bottom: "x" top: "y" ${layer} }`, { x }), {
    message,
  });
}

Deno.test("padding for each side is refused with other padding, and for bottoms that are not images", () => {
  const own = "kernel_size: 1 pad_l: 1";
  const convolution = (settings: string) =>
    `type: "Convolution" convolution_param { num_output: 1 ${own} ${settings} }`;
  refused(convolution("pad: 1"), /it has both pad and some of pad_l, pad_r, pad_t and pad_b/);
  refused(
    `type: "Pooling" pooling_param { ${own} pad_h: 1 pad_w: 0 }`,
    /it has both pad and some of pad_l, pad_r, pad_t and pad_b/,
  );
  refused(
    `top: "z" type: "Pooling" pooling_param { ${own} }`,
    /which is supported only with one top/,
  );
  const volume = numbers([1, 1, 2, 2, 2], 1);
  for (const type of ["Convolution", "Pooling"]) {
    const param = type.toLowerCase() + "_param";
    const text = `layer { name: "y" type: "${type}" bottom: "x" top: "y" ${param} { ${own}
      ${type === "Convolution" ? "num_output: 1" : ""} } }`;
    assert.throws(() => runText(text, { x: volume }), { message: /not an image|in images only/ });
  }
});

testLayer("ReLU", [{
  does: "clamps to 6 with relu6",
  param: { relu6: true, negative_slope: 0.5 },
  bottoms: [tensor([3], `-4 3 8`)],
  tops: [tensor([3], `-2 3 6`)],
}, {
  does: "clamps to maximum",
  param: { maximum: 1 },
  bottoms: [tensor([3], `-4 0.5 8`)],
  tops: [tensor([3], `0 0.5 1`)],
}, {
  does: "clamps to maximum with a negative_slope",
  param: { maximum: 20, relu6: false, negative_slope: 0.5 },
  bottoms: [tensor([3], `-4 3 80`)],
  tops: [tensor([3], `-2 3 20`)],
}]);
