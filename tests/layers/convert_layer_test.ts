import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor } from "./harness.ts";

// [3, 2, 1, 4]
const rows = Array.from({ length: 24 }, (_, i) => (i * 5) % 24);
const steps = Array.from(
  { length: 24 },
  (_, i) => rows[(Math.floor(i / 2) % 3 * 2 + i % 2) * 4 + Math.floor(i / 6)]!,
);

testEverywhere("Convert makes a sequence of the pixels of a row, and its continuation markers", {
  text: `input: "x" input_shape { dim: 3 dim: 2 dim: 1 dim: 4 }
    layer { name: "y" type: "Convert" bottom: "x" top: "y" top: "cont" }
    layer { name: "backwards" type: "Reverse" bottom: "cont" top: "backwards" }`,
  inputs: [tensor([3, 2, 1, 4], rows.join(" "))],
  outputs: [
    tensor([4, 3], `1 1 1  1 1 1  1 1 1  0 0 0`),
    tensor([4, 3, 2], steps.join(" ")),
  ],
});

Deno.test("Convert refuses several rows", () => {
  const layer = netLayer("Convert", {}, { tops: ["y", "cont"] });
  assert.throws(() => runLayer(layer, [tensor([1, 1, 2, 2], `1 2 3 4`)]), {
    message: "its bottom is [1, 1, 2, 2], but it must be [N, C, 1, W]",
  });
});

Deno.test("an LSTM reads the points of each region, as in the Curve Text Detector", () => {
  const text = `input: "map" input_shape { dim: 1 dim: 32 dim: 4 dim: 6 }
    input: "rois" input_shape { dim: 5 dim: 5 }
    layer { name: "pooled" type: "PSROIPooling" bottom: "map" bottom: "rois" top: "pooled"
      psroi_pooling_param { spatial_scale: 0.25 output_dim: 8 group_size: 2 } }
    layer { name: "points" type: "Reshape" bottom: "pooled" top: "points"
      reshape_param { shape { dim: 0 dim: -1 dim: 1 dim: 8 } } }
    layer { name: "steps" type: "Convert" bottom: "points" top: "steps" top: "cont" }
    layer { name: "lstm" type: "LSTM" bottom: "steps" bottom: "cont" top: "lstm"
      recurrent_param { num_output: 3 weight_filler { type: "constant" value: 0.1 } } }
    layer { name: "split" type: "Reshape" bottom: "lstm" top: "split"
      reshape_param { shape { dim: -1 dim: 1 } axis: 1 num_axes: 1 } }
    layer { name: "regions" type: "Transpose" bottom: "split" top: "regions"
      transpose_param { dim: 1 dim: 0 dim: 2 dim: 3 } }
    layer { name: "y" type: "Pooling" bottom: "regions" top: "y"
      pooling_param { pool: AVE kernel_w: 3 kernel_h: 1 stride_w: 3 stride_h: 1 } }`;
  const { graph } = convert(
    { bytes: new TextEncoder().encode(text), name: "net.prototxt" },
    { warn: () => {} },
  );
  assert.deepEqual(graph.names.get("y")!.shape, [5, 8, 1, 1]);
});
