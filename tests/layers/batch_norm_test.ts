import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { runNode } from "../../runtime/reference.ts";
import { tensor, testLayer } from "./harness.ts";
import { blob } from "./text_layer.ts";

const bottoms = [tensor([1, 2, 1, 2], `1 3 5 7`)];

testLayer("BatchNorm", [
  {
    does: "divides the stored sums by the third blob",
    param: { eps: 1 },
    bottoms,
    blobs: [tensor([2], `2 6`), tensor([2], `6 16`), tensor([1], `2`)],
    tops: [tensor([1, 2, 1, 2], `0 1 0.6666667 1.3333333`)],
  },
  {
    does: "has neither mean nor variance when the third blob is 0",
    param: { eps: 4 },
    bottoms,
    blobs: [tensor([2], `2 6`), tensor([2], `6 16`), tensor([1], `0`)],
    tops: [tensor([1, 2, 1, 2], `0.5 1.5 2.5 3.5`)],
  },
  {
    does: "has a scale and an offset of its own in NVIDIA's Caffe, whose third blob is 0",
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
    does: "has scale and offset first in Intel's Caffe, and last what divides the statistics",
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
    does: "leaves them alone where Intel's Caffe does",
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
    does: "takes no eps below cuDNN's where cuDNN computes it",
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
    does: "takes the statistics of the batch when it is told to, with eps under the root",
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
    does: "has nothing to say about statistics that were never gathered",
    param: { use_global_stats: false, eps: 0 },
    bottoms,
    blobs: [tensor([2], `0 0`), tensor([2], `0 0`), tensor([1], `0`)],
    tops: [tensor([1, 2, 1, 2], `-1 1 -1 1`)],
  },
]);

/** What a layer of one channel makes of 3 and 5, with the blobs of a file of its own. */
function ofFile(settings: string, ...blobs: readonly string[]): readonly number[] {
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
  // NVIDIA's: mean, variance, a number of no meaning, scale and offset.
  const nvidia = [flat(1, 3), flat(3, 8), flat(1), flat(2, 3), flat(10, 20)];
  assert.deepEqual(ofFile(eps, ...nvidia), [12, 22]);
  // Intel's: scale, offset, and twice the mean and the variance.
  const intel = [flat(2, 3), flat(10, 20), flat(2, 6), flat(6, 16), flat(2)];
  assert.deepEqual(ofFile(eps, ...intel), [12, 22]);
  // Xilinx's, which divides by nothing.
  const fillers = "batch_norm_param { eps: 1 scale_filler { value: 1 } bias_filler { value: 0 } }";
  const xilinx = [deep(2, 3), deep(10, 20), deep(1, 3), deep(3, 8), deep(7)];
  assert.deepEqual(ofFile(fillers, ...xilinx), [12, 22]);
  assert.deepEqual(ofFile(eps, ...xilinx), [12, 22]);
});
