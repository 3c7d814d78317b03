import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { count, type Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { expectTensor, netLayer, runLayer, tensor, testLayer } from "./harness.ts";

testLayer("Im2col", [
  {
    does: "writes the windows of a signal, channel by channel",
    param: { kernel_size: [2], pad: [1], stride: [2] },
    bottoms: [tensor(
      [1, 2, 4],
      `
      1 2 3 4
      5 6 7 8`,
    )],
    tops: [tensor(
      [1, 4, 3],
      `
      0 2 4
      1 3 0
      0 6 8
      5 7 0`,
    )],
  },
  {
    does:
      "has one window where less than a stride is lacking for it, like Caffe's integer division",
    param: { kernel_size: [2], stride: [2] },
    bottoms: [tensor([1, 1, 1, 2], `3 4`)],
    tops: [tensor([1, 4, 1, 1], `3 4 0 0`)],
  },
]);

Deno.test("Im2col unrolls a signal with more channels than at conversion", async () => {
  const text = `input: "x" input_shape { dim: 1 dim: 2 dim: 5 }
    layer { name: "y" type: "Im2col" bottom: "x" top: "y" convolution_param { kernel_size: 3 } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  const x = numbers([1, 4, 5], 1), wider = withInputShapes(graph, new Map([["x", x.shape]]));
  const [y] = await runReference(wider, [x], [wider.names.get("y")!]);
  expectTensor(y!, unrolled(x, { kernel: [3], stride: [1], pad: [0], dilation: [1] }));
});

/** What Caffe computes over any number of axes, element by element. */
function unrolled(
  x: Tensor,
  { kernel, stride, pad, dilation }: Record<"kernel" | "stride" | "pad" | "dilation", number[]>,
) {
  const [samples, channels, ...extents] = x.shape;
  const places = extents.map((extent, i) =>
    Math.trunc((extent + 2 * pad[i]! - dilation[i]! * (kernel[i]! - 1) - 1) / stride[i]!) + 1
  );
  return tensorOf([samples!, channels! * count(kernel), ...places], (n, c, ...place) => {
    let rest = c!;
    const tap = kernel.toReversed().map((extent) => {
      const index = rest % extent;
      rest = Math.floor(rest / extent);
      return index;
    }).reverse();
    const from = place.map((p, i) => p * stride[i]! - pad[i]! + tap[i]! * dilation[i]!);
    return from.every((p, i) => p >= 0 && p < extents[i]!) ? at(x, n!, rest, ...from) : 0;
  });
}

const volume = numbers([2, 3, 4, 5, 3], 1);

testEverywhere("Im2col unrolls the windows of a volume", {
  text: `input: "x" input_shape { dim: 2 dim: 3 dim: 4 dim: 5 dim: 3 }
    layer { name: "y" type: "Im2col" bottom: "x" top: "y" convolution_param {
      kernel_size: 2 kernel_size: 3 kernel_size: 2 stride: 1 stride: 2 stride: 3
      pad: 0 pad: 1 pad: 2 dilation: 2 dilation: 1 dilation: 1 } }`,
  inputs: [volume],
  outputs: [
    unrolled(volume, {
      kernel: [2, 3, 2],
      stride: [1, 2, 3],
      pad: [0, 1, 2],
      dilation: [2, 1, 1],
    }),
  ],
});

Deno.test("Im2col unrolls windows along four axes, also where less than a stride is lacking", () => {
  const x = numbers([1, 2, 3, 1, 2, 4], 2);
  const [kernel, stride] = [[2, 3, 2, 1], [1, 3, 1, 2]], none = [0, 0, 0, 0];
  const layer = netLayer("Im2col", { kernel_size: kernel, stride, pad: [0] });
  const windows = { kernel, stride, pad: none, dilation: [1, 1, 1, 1] };
  assert.deepEqual(runLayer(layer, [x]), [unrolled(x, windows)]);
});
