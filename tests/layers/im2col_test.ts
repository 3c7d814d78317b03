import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { tensor, testLayer } from "./harness.ts";

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

Deno.test("Im2col unrolls a signal with more channels than at conversion", () => {
  const text = `input: "x" input_shape { dim: 1 dim: 2 dim: 5 }
    layer { name: "y" type: "Im2col" bottom: "x" top: "y" convolution_param { kernel_size: 3 } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  const wider = withInputShapes(graph, new Map([["x", [1, 4, 5]]]));
  assert.deepEqual(wider.names.get("y")!.shape, [1, 12, 3]);
});
