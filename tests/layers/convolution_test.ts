import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const none = tensor([1], `0`);

testLayer("ConvolutionSK", [{
  does: "calls the dilation kstride",
  param: { num_output: 1, kernel_size: [2], kstride: [2], bias_term: false },
  bottoms: [tensor([1, 1, 3, 4], `1 2 3 4  5 6 7 8  9 1 2 3`)],
  blobs: [tensor([1, 1, 2, 2], `1 10  100 1000`)],
  tops: [tensor([1, 1, 1, 2], `2931 3142`)],
}]);

testLayer("Convolution", [
  {
    does: "pads only the width, strides only along the height, and ignores a remaining row",
    param: {
      num_output: 1,
      kernel_h: 2,
      kernel_w: 3,
      stride_h: 2,
      stride_w: 1,
      pad_h: 0,
      pad_w: 1,
    },
    bottoms: [tensor(
      [1, 1, 3, 4],
      `
      1 2 3 4
      5 6 7 8
      9 9 9 9`,
    )],
    blobs: [
      tensor(
        [1, 1, 2, 3],
        `
      1 0 0
      0 0 1`,
      ),
      none,
    ],
    tops: [tensor([1, 1, 1, 4], `6 8 10 3`)],
  },
  {
    does: "convolves one spatial axis, with the same weights for each bottom",
    param: { num_output: 1, kernel_size: [2], dilation: [2], bias_term: false },
    bottoms: [tensor([1, 1, 4], `1 2 3 4`), tensor([2, 1, 4], `0 0 0 1 1 0 0 0`)],
    blobs: [tensor([1, 1, 2], `10 1`)],
    tops: [tensor([1, 1, 2], `13 24`), tensor([2, 1, 2], `0 1 10 0`)],
  },
  {
    does: "treats all axes before its channels as the batch",
    param: { num_output: 1, kernel_size: [1], axis: -2, bias_term: false },
    bottoms: [tensor([1, 2, 2, 3], `1 2 3 4 5 6 7 8 9 10 11 12`)],
    blobs: [tensor([1, 2, 1], `1 -1`)],
    tops: [tensor([1, 2, 1, 3], `-3 -3 -3 -3 -3 -3`)],
  },
  {
    does:
      "has one window where less than a stride is lacking for it, like Caffe's integer division",
    param: { num_output: 1, kernel_size: [3], stride: [2], bias_term: false },
    bottoms: [tensor([1, 1, 2, 3], `1 2 3 4 5 6`)],
    blobs: [tensor([1, 1, 3, 3], `1 2 3 4 5 6 7 8 9`)],
    tops: [tensor([1, 1, 1, 1], `91`)],
  },
  {
    does: "has such a window over a volume",
    param: { num_output: 1, kernel_size: [2, 3, 1], stride: [2, 2, 1], bias_term: false },
    bottoms: [tensor([1, 1, 1, 2, 2], `1 2  3 4`)],
    blobs: [tensor([1, 1, 2, 3, 1], `1 10 7  7 7 7`)],
    tops: [tensor([1, 1, 1, 1, 2], `31 42`)],
  },
  {
    does: "has such a window with padding and dilation along one axis",
    param: {
      num_output: 1,
      kernel_size: [3],
      stride: [3],
      pad: [1],
      dilation: [2],
      bias_term: false,
    },
    bottoms: [tensor([1, 1, 2], `3 4`)],
    blobs: [tensor([1, 1, 3], `1 10 100`)],
    tops: [tensor([1, 1, 1], `40`)],
  },
]);

Deno.test("Convolution refuses a stride for one of two axes", () => {
  const layer = netLayer("Convolution", { num_output: 1, kernel_size: [3], stride_h: 2 });
  assert.throws(() => runLayer(layer, [tensor([1, 1, 1, 1], `1`)]), {
    name: "TypeError",
    message: "its stride is [2, 0], but it must be at least 1",
  });
});

Deno.test("Convolution refuses a dilation under both of its names", () => {
  for (const twice of [{ hole: 2, dilation: [2] }, { hole_w: 2, dilation: [1, 2] }]) {
    const layer = netLayer("Convolution", { num_output: 1, kernel_size: [1], ...twice });
    assert.throws(() => runLayer(layer, [tensor([1, 1, 1, 1], `1`)]), {
      name: "TypeError",
      message: "it has a hole, which is DeepLab's name for the dilation of two axes",
    });
  }
  const layer = netLayer("Convolution", {
    ...{ num_output: 1, kernel_size: [1], dilation: [1], kstride: [1] },
  });
  assert.throws(() => runLayer(layer, [tensor([1, 1, 1, 1], `1`)]), {
    message: "it has both dilation and kstride, its earlier name, but needs one of them",
  });
});

Deno.test("the batch of a Convolution may be any axis before the channels", () => {
  const text = `input: "x" input_shape { dim: 2 dim: 1 dim: 3 dim: 5 }
    layer { name: "y" type: "Convolution" bottom: "x" top: "y"
      convolution_param { num_output: 4 kernel_size: 2 axis: 2 } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  assert.deepEqual(graph.names.get("y")!.shape, [2, 1, 4, 4]);
  const larger = withInputShapes(graph, new Map([["x", [2, 7, 3, 5]]]));
  assert.deepEqual(larger.names.get("y")!.shape, [2, 7, 4, 4]);
});

Deno.test("Convolution refuses a bottom that lacks a stride for its first window", () => {
  const layer = netLayer("Convolution", { num_output: 1, kernel_size: [3], stride: [2] });
  const blobs = [tensor([1, 1, 3, 3], `1 2 3 4 5 6 7 8 9`), none];
  assert.throws(() => runLayer(layer, [tensor([1, 1, 1, 3], `1 2 3`)], blobs), {
    name: "TypeError",
    message: "its kernel spans 3 rows, but the padded input has only 1",
  });
});

Deno.test("layers along one spatial axis refuse a bottom with other channels", () => {
  for (const type of ["Convolution", "Deconvolution"]) {
    const text = `input: "x" input_shape { dim: 1 dim: 2 dim: 5 }
      layer { name: "y" type: "${type}" bottom: "x" top: "y"
        convolution_param { num_output: 4 kernel_size: 3 } }`;
    const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
    assert.deepEqual(
      withInputShapes(graph, new Map([["x", [2, 2, 5]]])).names.get("y")!.shape.slice(0, 2),
      [2, 4],
    );
    assert.throws(() => withInputShapes(graph, new Map([["x", [1, 4, 5]]])), {
      name: "TypeError",
      message: /its weights are .*, but it needs/,
    });
  }
});
