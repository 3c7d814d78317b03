/**
 * The layers of Cascade R-CNN, against plain loops.
 */
import assert from "node:assert/strict";
import type { Shape4, Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";
import { runText } from "./text_layer.ts";

const selects = /^Cannot express the network in TensorFlow's ops.*selects rows by their values/s;

interface Found {
  readonly box: readonly number[];
  readonly score: number;
}

/** Maps of two groups and of one. */
const maps = [
  { fields: [[20, 12], [11, 24]], stride: 8, height: 3, width: 5 },
  { fields: [[26, 25]], stride: 16, height: 2, width: 2 },
] as const;
const settings = { threshold: 0.2, whr: 1.5, xyr: 4, least: 9, overlap: 0.3, before: 11, after: 3 };
const [mean, std] = [[0.1, 0, 0, -0.1], [0.5, 0.5, 1, 2]] as const;

/** What BoxGroupOutput computes for one image. */
function grouped(image: number, inputs: readonly Tensor[]): readonly Found[] {
  const { threshold, whr, xyr, least, overlap, before, after } = settings;
  const boxes = maps.flatMap(({ fields, stride, height, width }, m) =>
    fields.flatMap(([w, h], k) =>
      Array.from({ length: height * width }, (_, cell): Found => {
        const [n, y, x] = [image * fields.length + k, Math.floor(cell / width), cell % width];
        const within = (value: number, most: number) => Math.min(Math.max(value, -most), most);
        const move = (i: number) => at(inputs[2 * m + 1]!, n, i, y, x) * std[i]! + mean[i]!;
        const wide = w * Math.exp(within(move(2), Math.log(whr)));
        const high = h * Math.exp(within(move(3), Math.log(whr)));
        const left = (x + 0.5) * stride + w * within(move(0), 1 / xyr) - wide / 2;
        const top = (y + 0.5) * stride + h * within(move(1), 1 / xyr) - high / 2;
        return {
          score: 1 - at(inputs[2 * m]!, n, 0, y, x),
          box: [
            Math.max(left, 0),
            Math.max(top, 0),
            Math.min(left + wide - 1, width * stride),
            Math.min(top + high - 1, height * stride),
          ],
        };
      })
    )
  );
  const extent = ([left, top, right, bottom]: readonly number[]) =>
    [right! - left! + 1, bottom! - top! + 1] as const;
  const ranked = boxes
    .filter(({ score, box }) => score >= threshold && Math.min(...extent(box)) >= least)
    .sort((a, b) => b.score - a.score).slice(0, before);
  const kept: Found[] = [];
  for (const candidate of ranked) {
    const isNew = kept.every(({ box }) => {
      const common = extent(box.map((x, i) => (i < 2 ? Math.max : Math.min)(x, candidate.box[i]!)));
      if (Math.min(...common) <= 1) return true;
      const area = (sides: readonly [number, number]) => sides[0] * sides[1];
      const all = area(extent(box)) + area(extent(candidate.box)) - area(common);
      return area(common) / all <= overlap;
    });
    if (isNew) kept.push(candidate);
  }
  assert(ranked.length === before && kept.length < before && kept.length > after);
  return kept.slice(0, after);
}

const groupText = (batch: number, more = "") =>
  maps.map(({ fields: { length }, height, width }, i) => `
    input: "p${i}" input_shape { dim: ${batch * length} dim: 2 dim: ${height} dim: ${width} }
    input: "m${i}" input_shape { dim: ${batch * length} dim: 4 dim: ${height} dim: ${width} }`)
    .join("") + `
  layer { name: "boxes" type: "BoxGroupOutput" bottom: "p0" bottom: "m0" bottom: "p1" bottom: "m1"
    top: "rois" top: "scored" propagate_down: [0, 0, 0, 0]
    box_group_output_param { fg_thr: 0.2 iou_thr: 0.3 nms_type: "IOU"
      box_group_param { field_w: 20 field_w: 11 field_h: 12 field_h: 24 stride: 8 }
      box_group_param { field_w: 26 field_h: 25 stride: 16 }
      field_whr: 1.5 field_xyr: 4 min_size: 9 max_nms_num: 11 max_post_nms_num: 3 ${more} }
    bbox_reg_param { bbox_mean: [0.1, 0, 0, -0.1] bbox_std: [0.5, 0.5, 1, 2] } }`;

const groupInputs = (batch: number) =>
  maps.flatMap(({ fields: { length }, height, width }, i) => {
    const unit = numbers([batch * length, 2, height, width], i, 1);
    return [
      { ...unit, data: unit.data.map((x) => x + 0.5) },
      numbers([batch * length, 4, height, width], 2 + i, 2),
    ];
  });

const found = [0, 1].map((image) => grouped(image, groupInputs(2)));
const rows = found.flatMap((boxes, i) => boxes.map(({ box, score }) => [i, ...box, score]));

testEverywhere("BoxGroupOutput selects the boxes of several groups in a batch", {
  text: groupText(2),
  inputs: groupInputs(2),
  outputs: [
    tensorOf([rows.length, 5, 1, 1], (r, i) => rows[r!]![i!]!),
    tensorOf([rows.length, 6, 1, 1], (r, i) => rows[r!]![i!]!),
  ],
  refused: selects,
});

testEverywhere("BoxGroupOutput gives a placeholder box if it detects nothing", {
  text: groupText(1).replace("fg_thr: 0.2", "fg_thr: 1.5"),
  inputs: groupInputs(1),
  outputs: [tensor([1, 5, 1, 1], `0 1 1 10 10`), tensor([1, 6, 1, 1], `0 0 0 0 0 0`)],
  refused: selects,
});

const squares = tensor(
  [6, 5, 1, 1],
  `
  1  4 6 18.5 27.5
  0  10 10 13 73
  0  5 5 4 90
  1  0 0 31 31
  0  0 0 15 63
  1  8 8 22.25 30`,
);
const marks = tensor([6, 1], `1 2 3 4 5 6`);

/** The rows of squares and of marks that are selected by a range of scales. */
function testRoute(does: string, range: string, selected: readonly number[]): void {
  testEverywhere(`ScaleRoute selects ${does}`, {
    text: `input: "rois" input_shape { dim: 6 dim: 5 dim: 1 dim: 1 }
      input: "marks" input_shape { dim: 6 dim: 1 }
      layer { name: "route" type: "ScaleRoute" bottom: "rois" bottom: "marks" top: "boxes" top: "of"
        scale_route_param { ${range} } }`,
    inputs: [squares, marks],
    outputs: [
      tensorOf([selected.length, 5, 1, 1], (r, i) => at(squares, selected[r!]!, i!, 0, 0)),
      tensorOf([selected.length, 1], (r) => selected[r!]! + 1),
    ],
    refused: selects,
  });
}

// The roots of the areas are 18.67, 16, 0, 32, 32 and 18.7.
testRoute("boxes from a scale on", "low_scale: 16", [0, 1, 3, 4, 5]);
testRoute("boxes below a scale, and those that end before they begin", "high_scale: 32", [
  ...[0, 1, 2, 5],
]);
testRoute("boxes between two scales", "low_scale: 16 high_scale: 18.68", [0, 1]);
testRoute("all boxes without settings", "", [0, 1, 2, 3, 4, 5]);
testRoute("the first of the nearest boxes if none is large enough", "low_scale: 100", [3]);
testRoute("the nearest box if none is in the range", "low_scale: 17 high_scale: 18", [0]);

const image = numbers([2, 3, 5, 8], 1);
const boxes = tensor(
  [6, 5],
  `
  0  4 6 40.5 31
  1  -30 -20 100 90
  1  0 0 128 80
  1  60 30 62 32
  0  30 20 20 10
  1  30 40 30 70`,
);

/** What Cascade R-CNN's ROIAlign computes, for 2 × 3 bins. */
function grid(pad: number): Tensor {
  const [, , height, width] = image.shape as Shape4;
  return tensorOf([6, 3, 3, 4], (r, c, row, column) => {
    const [n, left, top, right, bottom] = [0, 1, 2, 3, 4].map((k) => at(boxes, r!, k));
    const place = (first: number, last: number, i: number, bins: number) => {
      const more = (last - first + 1) * pad;
      const [start, end] = [(first - more) / 16 - 0.5, (last + more) / 16 - 0.5];
      return end <= start ? NaN : start + i * (end - start) / bins;
    };
    const y = place(top!, bottom!, row!, 2), x = place(left!, right!, column!, 3);
    if (!(y >= -0.5 && y <= height - 0.5 && x >= -0.5 && x <= width - 0.5)) return 0;
    const weight = (at: number, k: number, extent: number) =>
      Math.max(0, 1 - Math.abs(Math.min(Math.max(at, 0), extent - 1) - k));
    let sum = 0;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        sum += at(image, n!, c!, i, j) * weight(y, i, height) * weight(x, j, width);
      }
    }
    return sum;
  });
}

for (const [pad, does] of [[0, ""], [0.25, ", of enlarged boxes"]] as const) {
  testEverywhere(`Cascade R-CNN's ROIAlign samples the corners of bins${does}`, {
    text: `input: "x" input_shape { dim: 2 dim: 3 dim: 5 dim: 8 }
      input: "rois" input_shape { dim: 6 dim: 5 }
      input: "moves" input_shape { dim: 6 dim: 8 }
      layer { name: "y" type: "ROIAlign" bottom: "x" bottom: "rois" top: "y"
        roi_pooling_param { pooled_w: 3 pooled_h: 2 spatial_scale: 0.0625 pad_ratio: ${pad} } }
      layer { name: "z" type: "DecodeBBox" bottom: "moves" bottom: "rois" top: "z" }
      layer { name: "none" type: "Silence" bottom: "z" }`,
    inputs: [image, boxes, tensor([6, 8], "0 ".repeat(48))],
    outputs: [grid(pad)],
    refused: /roiAverage/,
  });
}

Deno.test("ROIAlign warns where forks disagree, and tells them apart by their settings", () => {
  const warnings = (settings: string) =>
    runText(
      `layer { name: "y" type: "ROIAlign" bottom: "x" bottom: "rois" top: "y" ${settings} }`,
      { x: image, rois: boxes },
    ).warnings;
  const size = "pooled_w: 3 pooled_h: 2";
  assert.match(warnings(`roi_pooling_param { ${size} }`).join(), /takes one bicubic sample/);
  assert.deepEqual(warnings(`roi_pooling_param { ${size} bi_type: 0 }`), []);
  assert.deepEqual(warnings(`roi_align_param { ${size} }`), []);
});

Deno.test("layers of Cascade R-CNN refuse bottoms and settings that do not fit, and say why", () => {
  const refuse = (text: string, message: RegExp) =>
    assert.throws(() => runText(text, {}), { message });
  refuse(groupText(1).replace('"IOU"', '"IOMU"'), /its nms_type is IOMU/);
  refuse(groupText(1, "box_group_param {}"), /it has 4 bottoms and 3 box_group_param/);
  refuse(groupText(1).replace("field_h: 12", ""), /1 field_h, 2 field_w and stride 8/);
  refuse(
    groupText(1).replace(/(m1.*dim: 4 dim: )2/, "$13"),
    /map 1 are \[1, 2, 2, 2\] and \[1, 4, 3, 2\]/,
  );
  const route = (columns: number, range: string) =>
    `input: "rois" input_shape { dim: 2 dim: ${columns} }
      layer { name: "r" type: "ScaleRoute" bottom: "rois" top: "r" scale_route_param { ${range} } }`;
  refuse(route(4, ""), /its bottoms are \[2, 4\], but the first must be boxes/);
  refuse(route(5, "low_scale: 9 high_scale: 8"), /its low_scale is 9 and its high_scale 8/);
});
