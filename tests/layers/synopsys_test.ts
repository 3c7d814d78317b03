/**
 * Layers and settings of Synopsys's fork for networks that come from TensorFlow.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

const [channels, height, width] = [2, 4, 5];

/** An image [1, 2, 4, 5]. */
const image: Tensor = {
  shape: [1, channels, height, width],
  data: Float32Array.from({ length: channels * height * width }, (_, i) => (i * 7) % 13 - 6),
};

/** The source position of a pixel of the top, by the name of a setting. */
const places: Readonly<Record<string, (i: number, from: number, to: number) => number>> = {
  "": (i, from, to) => i * from / to,
  align_corners: (i, from, to) => to > 1 ? i * (from - 1) / (to - 1) : 0,
  half_pixel_centers: (i, from, to) => (i + 0.5) * from / to - 0.5,
  pytorch_half_pixel: (i, from, to) => (i + 0.5) * from / to - 0.5,
};

/** The pixels around a position, and its distance from the first. */
function around(place: number, extent: number): readonly [number, number, number] {
  const first = Math.floor(place);
  return [Math.max(first, 0), Math.min(Math.ceil(place), extent - 1), place - first];
}

function resized(setting: string, rows: number, columns: number): Tensor {
  const data: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const [top, bottom, down] = around(places[setting]!(y, height, rows), height);
        const [left, right, along] = around(places[setting]!(x, width, columns), width);
        const at = (h: number, w: number) => image.data[(c * height + h) * width + w]!;
        const high = at(top, left) + (at(top, right) - at(top, left)) * along;
        const low = at(bottom, left) + (at(bottom, right) - at(bottom, left)) * along;
        data.push(high + (low - high) * down);
      }
    }
  }
  return { shape: [1, channels, rows, columns], data: Float32Array.from(data) };
}

for (const setting of Object.keys(places)) {
  const chosen = setting === "" ? {} : { [setting]: true };
  testLayer(
    "ResizeBilinear",
    ([[7, 8], [3, 2], [4, 10]] as const).map(([rows, columns]) => ({
      does: `resizes to ${rows} × ${columns}${setting && ` with ${setting}`}`,
      param: { ...chosen, data_format: "NCHW", output_height: rows, output_width: columns },
      bottoms: [image],
      tops: [resized(setting, rows, columns)],
    })),
  );
}

testLayer("ResizeBilinear", [{
  does: "reads channels last by default, and rounds the scaled size down",
  param: { scale_height: 2, scale_width: 1.6 },
  bottoms: [tensor([1, 1, 2, 2], `1 10  3 30`)],
  tops: [tensor([1, 2, 3, 2], `1 10  ${1 + 4 / 3} ${10 + 40 / 3}  3 30 `.repeat(2))],
}]);

testLayer("ResizeNearestNeighbor", [{
  does: "repeats each pixel",
  param: { output_height: 1, output_width: 6, data_format: "NCHW" },
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 1, 6], `1 1 1 2 2 2`)],
}, {
  does: "repeats each pixel of channels-last images",
  param: { scale_width: 2, half_pixel_centers: true },
  bottoms: [tensor([1, 1, 2, 2], `1 10  2 20`)],
  tops: [tensor([1, 1, 4, 2], `1 10  1 10  2 20  2 20`)],
}]);

Deno.test("TensorFlow's resizing refuses unsupported settings", () => {
  for (
    const [type, settings, message] of [
      ["ResizeBilinear", { data_format: "NCHWD" }, /^its data_format is "NCHWD"/],
      ["ResizeBilinear", { output_height: 0 }, /^its top would be \[0, /],
      ["ResizeNearestNeighbor", { scale_height: 1.5 }, /only integer multiples/],
      ["ResizeNearestNeighbor", { scale_height: 2, align_corners: true }, /without align_corners/],
    ] as const
  ) assert.throws(() => runLayer(netLayer(type, settings), [image]), { message });
});

testLayer("Pad", [{
  does: "pads each axis with one value",
  param: { paddings: [0, 0, 1, 0, 0, 2], constant_values: 7 },
  bottoms: [tensor([1, 2, 2], `1 2  3 4`)],
  tops: [tensor([1, 3, 4], `7 7 7 7  1 2 7 7  3 4 7 7`)],
}, {
  does: "is the identity with paddings of 0",
  param: { paddings: [0, 0] },
  bottoms: [tensor([2], `1 2`)],
  tops: [tensor([2], `1 2`)],
}]);

Deno.test("Pad refuses paddings for other axes, and two kinds of settings", () => {
  for (const settings of [{ paddings: [1, 1] }, { paddings: [0, 0, 1, 1], pad_l: 1 }]) {
    assert.throws(() => runLayer(netLayer("Pad", settings), [tensor([1, 2], `1 2`)]), {
      message:
        /^it has [24] paddings for 2 axes, but needs two for each, and no pad_u, pad_d, pad_l or pad_r$/,
    });
  }
});

const [a, b, c] = [
  tensor([2, 2], `8 -6  3 0`),
  tensor([2, 2], `2 4  -1 5`),
  tensor([2, 2], `1 9 0 7`),
];

testLayer("Eltwise", [{
  does: "divides the first bottom by the second with DIV",
  param: { operation: "DIV" },
  bottoms: [a, b],
  tops: [tensor([2, 2], `4 -1.5  -3 0`)],
}, {
  does: "gives the minimum of several bottoms with MIN",
  param: { operation: "MIN" },
  bottoms: [a, b, c],
  tops: [tensor([2, 2], `1 -6  -1 0`)],
}]);

Deno.test("Eltwise refuses DIV of three bottoms, and coeff with MIN", () => {
  const quotient = (settings: string) =>
    `layer { name: "y" type: "Eltwise" bottom: "a" bottom: "b" bottom: "c" top: "y"
      eltwise_param { ${settings} } }`;
  assert.throws(() => runText(quotient("operation: DIV"), { a, b, c }), {
    message: /it has 3 bottoms, but 2 are needed for a quotient/,
  });
  assert.throws(() => runText(quotient("operation: MIN coeff: [1, 1, 1]"), { a, b, c }), {
    message: /it has coeff, which only a SUM takes, but its operation is MIN/,
  });
});

testLayer("Squeeze", [{
  does: "removes all axes of extent 1 by default",
  bottoms: [tensor([1, 2, 1, 2, 1], `1 2  3 4`)],
  tops: [tensor([2, 2], `1 2  3 4`)],
}, {
  does: "removes the axes in its settings",
  param: { axis: [0, -1] },
  bottoms: [tensor([1, 2, 1, 1], `1 2`)],
  tops: [tensor([2, 1], `1 2`)],
}]);

Deno.test("Squeeze refuses an axis whose extent is not 1", () => {
  assert.throws(() => runLayer(netLayer("Squeeze", { axis: [1] }), [tensor([1, 2], `1 2`)]), {
    message: /^its bottom is \[1, 2\], whose axis 1 cannot be removed: its extent is not 1/,
  });
});

/** A tensor whose channels are the pixels of blocks of 2 × 2. */
const [batch, deep, high, wide, block] = [2, 12, 2, 3, 2];
const depth: Tensor = {
  shape: [batch, deep, high, wide],
  data: Float32Array.from({ length: batch * deep * high * wide }, (_, i) => i),
};

/** `depth` as an image, by the order of its channels. */
function spaceOf(hasPixelsInnermost: boolean): Tensor {
  const small = deep / block ** 2;
  const data = new Float32Array(depth.data.length);
  depth.data.forEach((value, i) => {
    const x = i % wide, y = Math.floor(i / wide) % high;
    const d = Math.floor(i / (wide * high)) % deep, n = Math.floor(i / (wide * high * deep));
    const [pixel, c] = hasPixelsInnermost
      ? [d % block ** 2, Math.floor(d / block ** 2)]
      : [Math.floor(d / small), d % small];
    const row = y * block + Math.floor(pixel / block), column = x * block + pixel % block;
    data[((n * small + c) * high * block + row) * wide * block + column] = value;
  });
  return { shape: [batch, small, high * block, wide * block], data };
}

testLayer(
  "DepthToSpace",
  ["NCHW", "DCR", "CRD"].map((data_format) => ({
    does: `rearranges channels into pixels in the format ${data_format}`,
    param: { block_size: block, data_format },
    bottoms: [depth],
    tops: [spaceOf(data_format === "CRD")],
  })),
);

testLayer("SpaceToDepth", [{
  does: "rearranges pixels into channels",
  param: { block_size: block, data_format: "NCHW" },
  bottoms: [spaceOf(false)],
  tops: [depth],
}, {
  does: "reads channels last by default",
  param: { block_size: 2 },
  bottoms: [tensor([1, 2, 2, 2], `1 2 3 4  5 6 7 8`)],
  tops: [tensor([1, 1, 1, 8], `1 2 3 4 5 6 7 8`)],
}]);

Deno.test("DepthToSpace and SpaceToDepth refuse unsupported settings", () => {
  const running = (type: string, settings: Record<string, unknown>) => () =>
    runLayer(netLayer(type, settings), [depth]);
  assert.throws(running("DepthToSpace", { data_format: "NCHW", block_size: 5 }), {
    message: /^its blocks are 5 × 5, whose pixels must divide the 12 channels/,
  });
  assert.throws(running("SpaceToDepth", { data_format: "CRD", block_size: 2 }), {
    message: /^its data_format is "CRD", not one of NHWC, NCHW$/,
  });
});
