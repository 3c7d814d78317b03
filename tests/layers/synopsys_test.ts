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

/** Where a pixel of the top lies, by the name of a setting. */
const places: Readonly<Record<string, (i: number, from: number, to: number) => number>> = {
  "": (i, from, to) => i * from / to,
  align_corners: (i, from, to) => to > 1 ? i * (from - 1) / (to - 1) : 0,
  half_pixel_centers: (i, from, to) => (i + 0.5) * from / to - 0.5,
  pytorch_half_pixel: (i, from, to) => (i + 0.5) * from / to - 0.5,
};

/** The pixels around a place, and how far it is from the first to the second. */
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
  does: "takes the channels last by default, and rounds a scale down",
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
  does: "repeats each pixel where the channels are last",
  param: { scale_width: 2, half_pixel_centers: true },
  bottoms: [tensor([1, 1, 2, 2], `1 10  2 20`)],
  tops: [tensor([1, 1, 4, 2], `1 10  1 10  2 20  2 20`)],
}]);

Deno.test("TensorFlow's resizing says what it does not know", () => {
  for (
    const [type, settings, message] of [
      ["ResizeBilinear", { data_format: "NCHWD" }, /^its data_format is "NCHWD"/],
      ["ResizeBilinear", { output_height: 0 }, /^its top would be \[0, /],
      ["ResizeNearestNeighbor", { scale_height: 1.5 }, /only whole multiples/],
      ["ResizeNearestNeighbor", { scale_height: 2, align_corners: true }, /without align_corners/],
    ] as const
  ) assert.throws(() => runLayer(netLayer(type, settings), [image]), { message });
});

testLayer("Pad", [{
  does: "puts one value on the sides of each axis",
  param: { paddings: [0, 0, 1, 0, 0, 2], constant_values: 7 },
  bottoms: [tensor([1, 2, 2], `1 2  3 4`)],
  tops: [tensor([1, 3, 4], `7 7 7 7  1 2 7 7  3 4 7 7`)],
}, {
  does: "is its bottom where it pads nothing",
  param: { paddings: [0, 0] },
  bottoms: [tensor([2], `1 2`)],
  tops: [tensor([2], `1 2`)],
}]);

Deno.test("Pad refuses paddings for other axes, and two kinds of settings", () => {
  for (const settings of [{ paddings: [1, 1] }, { paddings: [0, 0, 1, 1], pad_l: 1 }]) {
    assert.throws(() => runLayer(netLayer("Pad", settings), [tensor([1, 2], `1 2`)]), {
      message: /^it has [24] paddings for 2 axes, but needs two for each, and no others$/,
    });
  }
});

const [a, b, c] = [
  tensor([2, 2], `8 -6  3 0`),
  tensor([2, 2], `2 4  -1 5`),
  tensor([2, 2], `1 9 0 7`),
];

testLayer("Eltwise", [{
  does: "divides one by the other",
  param: { operation: "DIV" },
  bottoms: [a, b],
  tops: [tensor([2, 2], `4 -1.5  -3 0`)],
}, {
  does: "takes the least of several",
  param: { operation: "MIN" },
  bottoms: [a, b, c],
  tops: [tensor([2, 2], `1 -6  -1 0`)],
}]);

Deno.test("a quotient is of two, and neither it nor a minimum has coefficients", () => {
  const told = (settings: string) =>
    `layer { name: "y" type: "Eltwise" bottom: "a" bottom: "b" bottom: "c" top: "y"
      eltwise_param { ${settings} } }`;
  assert.throws(() => runText(told("operation: DIV"), { a, b, c }), {
    message: /it has 3 bottoms, but 2 are needed for a quotient/,
  });
  assert.throws(() => runText(told("operation: MIN coeff: [1, 1, 1]"), { a, b, c }), {
    message: /it has coeff, which only a SUM takes, but its operation is MIN/,
  });
});
