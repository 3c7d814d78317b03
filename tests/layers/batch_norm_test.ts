import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { runNode } from "../../runtime/reference.ts";
import { tensor, testLayer } from "./harness.ts";
import { blob } from "./text_layer.ts";

const bottoms = [tensor([1, 2, 1, 2], `1 3 5 7`)];

testLayer("BatchNorm", [
  {
    does: "divides the stored statistics by the third blob",
    param: { eps: 1 },
    bottoms,
    blobs: [tensor([2], `2 6`), tensor([2], `6 16`), tensor([1], `2`)],
    tops: [tensor([1, 2, 1, 2], `0 1 0.6666667 1.3333333`)],
  },
  {
    does: "has mean and variance 0 if the third blob is 0",
    param: { eps: 4 },
    bottoms,
    blobs: [tensor([2], `2 6`), tensor([2], `6 16`), tensor([1], `0`)],
    tops: [tensor([1, 2, 1, 2], `0.5 1.5 2.5 3.5`)],
  },
  {
    does:
      "reads scale and offset after the statistics in NVIDIA's Caffe, which ignores the third blob",
    param: { eps: 1, scale_bias: true },
    bottoms,
    blobs: [
      tensor([2], `1 3`),
      tensor([2], `3 8`),
      tensor([1], `0`),
      tensor([2], `2 3`),
      tensor([2], `10 20`),
    ],
    tops: [tensor([1, 2, 1, 2], `10 12 22 24`)],
  },
  {
    does: "reads scale and offset before the statistics in Intel's Caffe, and their divisor last",
    param: { eps: 1 },
    bottoms,
    blobs: [
      tensor([2], `2 3`),
      tensor([2], `10 20`),
      tensor([2], `2 6`),
      tensor([2], `6 16`),
      tensor([1], `2`),
    ],
    tops: [tensor([1, 2, 1, 2], `10 12 22 24`)],
  },
  {
    does: "ignores scale and offset in Intel's Caffe with use_weight_bias: false",
    param: { eps: 1, use_weight_bias: false },
    bottoms,
    blobs: [
      tensor([2], `2 3`),
      tensor([2], `10 20`),
      tensor([2], `2 6`),
      tensor([2], `6 16`),
      tensor([1], `2`),
    ],
    tops: [tensor([1, 2, 1, 2], `0 1 0.6666667 1.3333333`)],
  },
  {
    does: "uses an eps of at least cuDNN's minimum with scale_bias",
    param: { eps: 0, scale_bias: true },
    bottoms: [tensor([1, 1, 1, 2], `0 1`)],
    blobs: [
      tensor([1], `0`),
      tensor([1], `0.00003`),
      tensor([1], `0`),
      tensor([1], `0.1`),
      tensor([1], `1`),
    ],
    tops: [tensor([1, 1, 1, 2], `1 16.8113883`)],
  },
  {
    does:
      "uses the batch's statistics with use_global_stats: false, and warns about the learned ones",
    param: { use_global_stats: false, eps: 0.5 },
    bottoms: [tensor(
      [2, 2, 1, 2],
      `
      1 2   4 4
      2 3   8 8`,
    )],
    blobs: [tensor([2], `9 9`), tensor([2], `9 9`), tensor([1], `1`)],
    tops: [tensor(
      [2, 2, 1, 2],
      `
      -1 0   -0.9428090 -0.9428090
       0 1    0.9428090  0.9428090`,
    )],
    warns: /^its learned statistics are replaced by .* remove that line from the prototxt/,
  },
  {
    does: "does not warn with use_global_stats: false if the learned statistics are 0",
    param: { use_global_stats: false, eps: 0 },
    bottoms,
    blobs: [tensor([2], `0 0`), tensor([2], `0 0`), tensor([1], `0`)],
    tops: [tensor([1, 2, 1, 2], `-1 1 -1 1`)],
  },
]);

/** The top of a layer for one sample with the channels 3 and 5, with the blobs of a caffemodel. */
function topWithBlobs(settings: string, ...blobs: readonly string[]): readonly number[] {
  const layer = `name: "y" type: "BatchNorm" bottom: "x" top: "y"`;
  const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
  const { graph } = convert(
    file(
      "net.prototxt",
      `input: "x" input_shape { dim: 1 dim: 2 dim: 1 dim: 1 } layer { ${layer} ${settings} }`,
    ),
    {
      caffemodel: file("net.caffemodel", `layer { ${layer} ${blobs.join(" ")} }`),
      transforms: [],
      warn: (message) => assert.fail(message),
    },
  );
  const values = new Map(
    [...graph.constants].map(([value, data]) => [value, { shape: value.shape, data }] as const),
  );
  values.set(graph.inputs[0]!, tensor([1, 2, 1, 1], `3 5`));
  for (const node of graph.nodes) {
    values.set(node.output, runNode(node, node.inputs.map((value) => values.get(value)!)));
  }
  return [...values.get(graph.names.get("y")!)!.data];
}

Deno.test("BatchNorm recognizes its scale by the blobs of the caffemodel", () => {
  const of = (axes: (extent: number) => readonly number[]) => (first: number, second?: number) =>
    blob(axes(second === undefined ? 1 : 2), second === undefined ? [first] : [first, second]);
  const eps = "batch_norm_param { eps: 1 }";
  const flat = of((extent) => [extent]), deep = of((extent) => [1, extent, 1, 1]);
  // NVIDIA's: mean, variance, an unused number, scale and offset.
  const nvidia = [flat(1, 3), flat(3, 8), flat(1), flat(2, 3), flat(10, 20)];
  assert.deepEqual(topWithBlobs(eps, ...nvidia), [12, 22]);
  // Intel's: scale, offset, and twice the mean and the variance.
  const intel = [flat(2, 3), flat(10, 20), flat(2, 6), flat(6, 16), flat(2)];
  assert.deepEqual(topWithBlobs(eps, ...intel), [12, 22]);
  // Xilinx's: the statistics are not divided.
  const fillers = "batch_norm_param { eps: 1 scale_filler { value: 1 } bias_filler { value: 0 } }";
  const xilinx = [deep(2, 3), deep(10, 20), deep(1, 3), deep(3, 8), deep(7)];
  assert.deepEqual(topWithBlobs(fillers, ...xilinx), [12, 22]);
  assert.deepEqual(topWithBlobs(eps, ...xilinx), [12, 22]);
});
