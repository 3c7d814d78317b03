/**
 * The part of a picture that outputs of a network cover.
 */
import assert from "node:assert/strict";
import { partSeen, partWithin, whole } from "../../lib/answers/part.ts";
import { partCovered } from "../../lib/answers/part_covered.ts";
import { segmentationOf } from "../../lib/answers/task.ts";
import { convert } from "../../mod.ts";
import { preprocess, type Preprocessing } from "../../runtime/preprocess.ts";
import { referenceEngine } from "../../runtime/reference.ts";
import { runOn } from "../executors.ts";
import { topologies } from "../topologies/mod.ts";
import { full } from "../topologies/prototxt.ts";

/** A picture whose red is the column and whose green is the row. */
function ramp(width: number, height: number) {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    data.set([i % width, Math.floor(i / width), 0, 255], 4 * i);
  }
  return { width, height, data };
}

for (
  const [what, how, input] of [
    ["all of it, squeezed", {}, [40, 60]],
    ["the middle", { crop: [90, 80] }, [90, 80]],
    ["the middle of a resized one", { resize: { exact: [100, 160] }, crop: [60, 40] }, [60, 40]],
    ["the middle of a short one", { resize: { short: 75 }, crop: [72, 72] }, [72, 72]],
  ] as const
) {
  Deno.test(`partSeen() is the part that preprocessing feeds: ${what}`, () => {
    const preprocessing: Preprocessing = {
      ...{ channelOrder: "rgb", resize: null, crop: null, mean: [], scale: 1, meanImage: null },
      ...how,
    };
    const [height, width] = input, image = ramp(200, 150);
    const data = preprocess(image, preprocessing, [3, height, width]);
    const part = partSeen([150, 200], preprocessing, input);
    const plane = width * height, last = plane - 1;
    // The centers of the first and the last pixel, in pixels of the picture.
    const at = (start: number, extent: number, place: number, count: number) =>
      start + extent * (place + 0.5) / count;
    for (
      const [i, x, y] of [[0, 0, 0], [width - 1, width - 1, 0], [last, width - 1, height - 1]]
    ) {
      const column = 200 * at(part.left, part.width, x!, width) - 0.5;
      const row = 150 * at(part.top, part.height, y!, height) - 0.5;
      assert.ok(Math.abs(data[i!]! - column) <= 1, `column ${data[i!]} is not ${column}`);
      assert.ok(Math.abs(data[plane + i!]! - row) <= 1, `row ${data[plane + i!]} is not ${row}`);
    }
  });
}

Deno.test("nested parts are converted to parts of the picture", () => {
  const outer = { left: 0.5, top: 0.25, width: 0.5, height: 0.5 };
  const inner = { left: 0.5, top: 0.25, width: 0.25, height: 0.75 };
  const both = { left: 0.75, top: 0.375, width: 0.125, height: 0.375 };
  assert.deepEqual(partWithin(inner, outer), both);
  assert.deepEqual(partWithin(whole, outer), outer);
});

for (const name of ["FCN-8s", "SegNet", "ENet", "PSPNet50", "DeepLab-LargeFOV", "U-Net"]) {
  const { build } = topologies.find((topology) => topology.name === name)!;
  Deno.test(`the output of ${name} covers ${name === "U-Net" ? "the center of" : "all of"} its input`, () => {
    const { input } = full;
    const bytes = new TextEncoder().encode(build({ thin: 64, ...input && { input } }));
    const { graph } = convert({ bytes, name: "net" }, { warn() {} });
    const part = partCovered(graph, segmentationOf(graph, null)!.blob);
    // As Ronneberger's paper has it: 572 pixels in, 388 out.
    const middle = { left: 92 / 572, top: 92 / 572, width: 388 / 572, height: 388 / 572 };
    const expected = name === "U-Net" ? middle : whole;
    for (const key of ["left", "top", "width", "height"] as const) {
      assert.ok(Math.abs(part[key] - expected[key]) < 1e-9, `${key} is ${part[key]}`);
    }
  });
}

Deno.test("the covered part matches the pixels that affect the output", async () => {
  const one = (outputs: number, more: string) =>
    `num_output: ${outputs} bias_term: false
    weight_filler { type: "constant" value: 1 } ${more}`;
  const text = `input: "data" input_shape { dim: 1 dim: 1 dim: 33 dim: 41 }
    layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
      convolution_param { ${one(1, "kernel_size: 3 stride: 2 pad_h: 1 pad_w: 0")} } }
    layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool"
      pooling_param { pool: AVE kernel_size: 3 stride: 1 } }
    layer { name: "up" type: "Deconvolution" bottom: "pool" top: "up"
      convolution_param { ${one(1, "kernel_h: 4 kernel_w: 2 stride: 2 pad_h: 1 pad_w: 0")} } }
    layer { name: "cut" type: "Crop" bottom: "up" bottom: "pool" top: "cut"
      crop_param { axis: 2 offset: 3 offset: 5 } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" });
  const value = graph.names.get("cut")!, [, , height, width] = value.shape;
  const { left, top, ...part } = partCovered(graph, "cut");
  const [y, x] = [16, 20], data = new Float32Array(33 * 41);
  data[y * 41 + x] = 1;
  const [output] = await runOn(referenceEngine)(graph, [{ shape: [1, 1, 33, 41], data }], [value]);
  // The center of all outputs that the pixel affects.
  let sum = 0, row = 0, column = 0;
  for (const [i, weight] of output!.data.entries()) {
    sum += weight;
    row += weight * Math.floor(i / width!);
    column += weight * (i % width!);
  }
  assert.ok(sum > 0);
  const place = [
    33 * (top + part.height * (row / sum + 0.5) / height!) - 0.5,
    41 * (left + part.width * (column / sum + 0.5) / width!) - 0.5,
  ];
  assert.ok(Math.abs(place[0]! - y) < 0.6 && Math.abs(place[1]! - x) < 0.6, `it is at ${place}`);
});

/** How a map of 9 × 9 is enlarged, and which part of it the pixels 4 … 11 of the result cover. */
const enlargements: readonly (readonly [layer: string, start: number, extent: number])[] = [
  // The corners stay, so pixel 4 is at 2 and half a pixel wide: its border is at 1.75, or at 2.25
  // from the outer border of the input.
  ['type: "Interp" interp_param { height: 17 width: 17 }', 2.25, 4],
  [
    `type: "BilinearInterpolate"
      bilinear_interpolate_param { scale_factor: 2 align_corners: false }`,
    ...[2, 4] as const,
  ],
  ['type: "Resample" resample_param { height: 18 width: 18 }', 2, 4],
  ['type: "NNUpsample" nn_upsample_param { resize: 2 }', 2, 4],
];

function enlarged(layer: string, start: number) {
  const text = `input: "data" input_shape { dim: 1 dim: 1 dim: 9 dim: 9 }
    input: "size" input_shape { dim: 1 dim: 1 dim: 8 dim: 8 }
    layer { name: "large" bottom: "data" top: "large" ${layer} }
    layer { name: "cut" type: "Crop" bottom: "large" bottom: "size" top: "cut"
      crop_param { axis: 2 offset: ${start} } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" });
  return partCovered(graph, "cut");
}

for (const [layer, start, extent] of enlargements) {
  const type = layer.match(/"(.*)"/)![1];
  Deno.test(`the middle of what ${type} enlarges covers the middle of its input`, () => {
    const [at, size] = [start / 9, extent / 9];
    assert.deepEqual(enlarged(layer, 4), { left: at, top: at, width: size, height: size });
  });
}

Deno.test("a part that starts in the corner is not the whole", () => {
  const part = { left: 0, top: 0, width: 4 / 9, height: 4 / 9 };
  assert.deepEqual(enlarged('type: "NNUpsample" nn_upsample_param { resize: 2 }', 0), part);
});

Deno.test("what is not aligned with the input covers the whole of it", () => {
  assert.deepEqual(enlarged('type: "Tile" tile_param { axis: 3 tiles: 2 }', 1), whole);
});
