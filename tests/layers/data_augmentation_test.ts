/**
 * DataAugmentation, worked out by hand.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { dimsOf } from "../input_text.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const measured = (pixel: string, channel: string) => [
  tensor([1, 1, 1, 1], `7`),
  tensor([1, 2, 1, 2], pixel),
  tensor([1, 2, 1, 1], channel),
];

testLayer("DataAugmentation", [{
  does: "subtracts its learned mean of each channel",
  param: { recompute_mean: 1000, mean_per_pixel: false, crop_height: 1, crop_width: 2 },
  bottoms: [tensor([1, 2, 1, 2], `1 2  3 4`)],
  blobs: measured(`9 9 9 9`, `0.5 2`),
  tops: [tensor([1, 2, 1, 2], `0.5 1.45  1 1.95`)],
}, {
  does: "subtracts its learned mean of each pixel",
  param: { recompute_mean: 1 },
  bottoms: [tensor([2, 2, 1, 2], `1 2 3 4  5 6 7 8`)],
  blobs: measured(`1 0 2 0.5`, `9 9`),
  tops: [tensor([2, 2, 1, 2], `0 2 1 3.5  4 6 5 7.5`)],
}, {
  does: "subtracts the mean in its settings with mean_per_pixel: false",
  param: { mean: new Float32Array([1, 2, 0]), mean_per_pixel: false },
  bottoms: [tensor([1, 3, 1, 2], `1 2  4 5  6 7`)],
  tops: [tensor([1, 3, 1, 2], `0 1  2 3  6 7`)],
}, {
  does: "ignores the mean in its settings without mean_per_pixel: false",
  param: { mean: new Float32Array([1, 2, 0]) },
  bottoms: [tensor([1, 3, 1, 1], `1 2 3`)],
  tops: [tensor([1, 3, 1, 1], `1 2 3`)],
}]);

Deno.test("DataAugmentation refuses random augmentation", () => {
  const bottom = tensor([1, 2, 1, 2], `1 2  3 4`);
  const lower = (settings: Record<string, unknown>) =>
    runLayer(
      netLayer("DataAugmentation", {
        ...{ augment_during_test: true, recompute_mean: 1, mean_per_pixel: false },
        ...settings,
      }),
      [bottom],
      measured(`9 9 9 9`, `0.5 2`),
    );
  assert.deepEqual(lower({}), [tensor([1, 2, 1, 2], `0.5 1.5  1 2`)]);
  assert.deepEqual(lower({ mirror: {} }), lower({}));
  assert.throws(() => lower({ mirror: {}, zoom: {}, crop_height: 1, crop_width: 2 }), {
    message: /^its augment_during_test is true, and it has mirror, zoom, which is random/,
  });
});

Deno.test("DataAugmentation refuses crops that are larger than the image", () => {
  const layer = netLayer("DataAugmentation", { crop_height: 2, crop_width: 1 });
  assert.throws(() => runLayer(layer, [tensor([1, 1, 1, 2], `1 2`)]), {
    message: /^it crops 2 × 1 from its bottom/,
  });
});

Deno.test("an unused mean may have another size", () => {
  const blob = (shape: number[]) =>
    `blobs { shape { ${dimsOf(shape)} } ${"data: 1 ".repeat(shape.reduce((a, b) => a * b))} }`;
  const text = `input: "x" input_shape { dim: 1 dim: 1 dim: 2 dim: 3 }
    layer { name: "a" type: "DataAugmentation" bottom: "x" top: "y"
      augmentation_param { recompute_mean: 1000 mean_per_pixel: false }
      ${blob([1, 1, 1, 1])} ${blob([1, 1, 4, 5])} ${blob([1, 1, 1, 1])} }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["affine"]);
  assert.deepEqual([...graph.constants.values()].map((data) => [...data]), [[-1]]);
});
