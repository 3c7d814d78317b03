/**
 * Pooling of regions in forks of Faster R-CNN, compared with plain loops and with other layers.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { expectTensor, netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

const image = numbers([2, 8, 4, 6], 1);

/** ROIAlignPooling in plain loops. */
function aligned(image: Tensor, boxes: Tensor, bins: readonly [number, number], scale: number) {
  const [, channels, height, width] = image.shape as [number, number, number, number];
  const along = (low: number, high: number, bin: number, bins: number, pixels: number) => {
    const size = Math.max((high + 1) * scale - low * scale, 1) / bins;
    const inside = (x: number) => Math.min(Math.max(x + low * scale, 0), pixels - 1);
    const place = inside(bin * size) + size / 2;
    return place < inside((bin + 1) * size) ? place : undefined;
  };
  return tensorOf([boxes.shape[0]!, channels, ...bins], (r, c, row, column) => {
    const [n, left, top, right, bottom] = [0, 1, 2, 3, 4].map((i) => at(boxes, r, i));
    const y = along(top!, bottom!, row, bins[0], height);
    const x = along(left!, right!, column, bins[1], width);
    if (y === undefined || x === undefined) return 0;
    const [h, w] = [Math.floor(y), Math.floor(x)];
    const pixel = (down: number, across: number) =>
      at(image, n!, c, Math.min(h + down, height - 1), Math.min(w + across, width - 1));
    const mix = (a: number, b: number, part: number) => a * (1 - part) + b * part;
    const line = (down: number) => mix(pixel(down, 0), pixel(down, 1), x - w);
    return mix(line(0), line(1), y - h);
  });
}

const boxes = tensor(
  [5, 5],
  `0 1 2 7 6  1 0 0 11 7  0 3.3 4.1 3.4 4.2  1 -4 -3 30 2.5  0 9 6 11 7`,
);

testLayer("ROIAlignPooling", [{
  does: "samples each bin half a bin from its start",
  param: { pooled_h: 2, pooled_w: 3, spatial_scale: 0.5 },
  bottoms: [image, boxes],
  tops: [aligned(image, boxes, [2, 3], 0.5)],
}]);

Deno.test("ROIAlignPooling and PSROIMaskPooling refuse several samples, and larger bins", () => {
  const refused = (type: string, settings: string) =>
    assert.throws(
      () =>
        runText(
          `layer { name: "y" type: "${type}" bottom: "x" bottom: "r" top: "y" ${settings} }`,
          {
            x: image,
            r: boxes,
          },
        ),
      { message: /sample_num|bin_scale/ },
    );
  refused(
    "ROIAlignPooling",
    "roi_align_pooling_param { pooled_h: 2 pooled_w: 2 spatial_scale: 1 sample_num: 2 }",
  );
  refused(
    "PSROIMaskPooling",
    "psroi_mask_pooling_param { spatial_scale: 1 output_dim: 2 group_size: 2 bin_scale: 1.5 }",
  );
});

/** Boxes scaled around their centres. */
function scaledBoxes(boxes: Tensor, scale: number): Tensor {
  const { fround } = Math;
  return tensorOf(boxes.shape, (r, i) => {
    if (i === 0) return at(boxes, r, 0);
    const first = (i - 1) % 2 + 1, [low, high] = [at(boxes, r, first), at(boxes, r, first + 2)];
    const reach = fround(fround(high - low) * fround(scale)) / 2;
    const centre = fround(low + high) / 2;
    return fround(i < 3 ? centre - reach : centre + reach);
  });
}

for (const scale of [0.8, 1, 1.806]) {
  Deno.test(`ROIMaskPooling with roi_scale ${scale} is ROIPooling of scaled boxes`, () => {
    const settings = { pooled_h: 2, pooled_w: 3, spatial_scale: 0.5 };
    const layer = netLayer("ROIMaskPooling", { ...settings, roi_scale: scale }, {
      bottoms: ["x", "r"],
    });
    const pooling = netLayer("ROIPooling", settings, { bottoms: ["x", "r"] });
    const [expected] = runLayer(pooling, [image, scaledBoxes(boxes, scale)]);
    expectTensor(runLayer(layer, [image, boxes])[0]!, expected!);
  });
  Deno.test(`PSROIMaskPooling with roi_scale ${scale} is PSROIPooling of scaled boxes`, () => {
    const settings = { output_dim: 2, group_size: 2, spatial_scale: 0.5 };
    const layer = netLayer("PSROIMaskPooling", { ...settings, roi_scale: scale }, {
      bottoms: ["x", "r"],
    });
    const pooling = netLayer("PSROIPooling", settings, { bottoms: ["x", "r"] });
    const [expected] = runLayer(pooling, [image, scaledBoxes(boxes, scale)]);
    expectTensor(runLayer(layer, [image, boxes])[0]!, expected!);
  });
}
