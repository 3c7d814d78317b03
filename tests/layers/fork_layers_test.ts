/**
 * Layers of Caffe's forks, worked out by hand: one small case of each layer, since the recordings of
 * the forks are too large for the repository, and what no recording covers.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

testLayer("Permute", [{
  does: "moves the channels to the last axis",
  param: { order: [0, 2, 3, 1] },
  bottoms: [tensor([1, 2, 2, 2], `1 2 3 4  5 6 7 8`)],
  tops: [tensor([1, 2, 2, 2], `1 5  2 6  3 7  4 8`)],
}]);

testLayer("Transpose", [{
  does: "swaps rows and columns",
  param: { dim: [1, 0] },
  bottoms: [tensor([2, 3], `1 2 3  4 5 6`)],
  tops: [tensor([3, 2], `1 4  2 5  3 6`)],
}]);

testLayer("PixelShuffle", [{
  does: "rearranges channels into blocks of pixels",
  param: { upscale_factor: 2 },
  bottoms: [tensor([1, 4, 1, 3], `1 2 3  4 5 6  7 8 9  10 11 12`)],
  tops: [tensor([1, 1, 2, 6], `1 4 2 5 3 6  7 10 8 11 9 12`)],
}]);

Deno.test("PixelShuffle's settings have the name of either fork", () => {
  for (const name of ["pixelshuffle_param", "pixel_shuffle_param"]) {
    const { outputs, warnings } = runText(
      `layer { name: "y" type: "PixelShuffle" bottom: "x" top: "y" ${name} { upscale_factor: 2 } }`,
      { x: tensor([1, 4, 1, 1], `1 2 3 4`) },
    );
    assert.deepEqual(outputs.y, tensor([1, 1, 2, 2], `1 2  3 4`));
    assert.deepEqual(warnings, []);
  }
});

testLayer("Unsqueeze", [{
  does: "accepts a negative axis",
  param: { dim: -1 },
  bottoms: [tensor([2, 3], `1 2 3  4 5 6`)],
  tops: [tensor([2, 3, 1], `1 2 3  4 5 6`)],
}]);

testLayer("Pad", [{
  does: "pads each side with zeros",
  param: { pad_d: 1, pad_l: 2, pad_r: 1 },
  bottoms: [tensor([1, 1, 2, 2], `1 2  3 4`)],
  tops: [tensor([1, 1, 3, 5], `0 0 1 2 0  0 0 3 4 0  0 0 0 0 0`)],
}]);

testLayer("ContinuationIndicator", [{
  does: "is 0 at the first step and 1 at all others",
  param: { time_step: 3, batch_size: 2 },
  bottoms: [],
  tops: [tensor([3, 2], `0 0  1 1  1 1`)],
}, {
  does: "takes the batch from its bottom, as in DeepDetect",
  param: { time_step: 2, axis: 1 },
  bottoms: [tensor([2, 3, 1], `9 9 9  9 9 9`)],
  tops: [tensor([2, 3], `0 0 0  1 1 1`)],
}]);

Deno.test("ContinuationIndicator refuses markers that are values of its bottom", () => {
  const layer = netLayer("ContinuationIndicator", { time_step: 2, batch_size: 3 });
  assert.throws(() => runLayer(layer, [tensor([3], `0 1 0`)]), { message: /not supported/ });
});

testLayer("Eltwise", [{
  does: "scales a single bottom, as in FlowNet",
  param: { coeff: [20] },
  bottoms: [tensor([1, 2], `1 -0.5`)],
  tops: [tensor([1, 2], `20 -10`)],
}]);

testLayer("Convolution", [{
  does: "reads DeepLab's hole as a dilation",
  param: { num_output: 1, kernel_size: [2], hole: 2, hole_w: 1, bias_term: false },
  bottoms: [tensor([1, 1, 3, 3], `1 2 3  4 5 6  7 8 9`)],
  blobs: [tensor([1, 1, 2, 2], `1 10  100 1000`)],
  tops: [tensor([1, 1, 1, 2], `8721 9832`)],
}]);

testLayer("Normalize", [{
  does: "divides by the L2 norm of the channels",
  param: { across_spatial: false },
  bottoms: [tensor([1, 2, 1, 2], `3 0  4 2`)],
  tops: [tensor([1, 2, 1, 2], `0.6 0  0.8 1`)],
}]);

testLayer("ShuffleChannel", [{
  does: "interleaves the channels of its groups",
  param: { group: 2 },
  bottoms: [tensor([1, 6, 1, 1], `1 2 3  4 5 6`)],
  tops: [tensor([1, 6, 1, 1], `1 4  2 5  3 6`)],
}]);

testLayer("ConvolutionDepthwise", [{
  does: "has one kernel for each channel, and ignores num_output and group",
  param: { num_output: 99, group: 7, kernel_size: [1], bias_term: false },
  bottoms: [tensor([1, 2, 1, 1], `5 7`)],
  blobs: [tensor([2, 1, 1, 1], `2 3`)],
  tops: [tensor([1, 2, 1, 1], `10 21`)],
}]);

testLayer("DepthwiseConvolution", [{
  does: "computes a convolution with its group",
  param: { num_output: 1, kernel_size: [1], bias_term: false },
  bottoms: [tensor([1, 2, 1, 1], `5 7`)],
  blobs: [tensor([1, 2, 1, 1], `2 3`)],
  tops: [tensor([1, 1, 1, 1], `31`)],
}]);

testLayer("Interp", [{
  does: "aligns the corners",
  param: { zoom_factor: 2 },
  bottoms: [tensor([1, 1, 1, 2], `0 2`)],
  tops: [tensor([1, 1, 1, 3], `0 1 2`)],
}, {
  does: "crops by negative padding before it resizes",
  param: { height: 1, width: 3, pad_beg: -1 },
  bottoms: [tensor([1, 1, 2, 3], `9 9 9  9 0 4`)],
  tops: [tensor([1, 1, 1, 3], `0 2 4`)],
}]);

testLayer("Axpy", [{
  does: "scales each channel of its second bottom, and adds the third",
  bottoms: [
    tensor([1, 2, 1, 1], `2 3`),
    tensor([1, 2, 1, 2], `1 2  3 4`),
    tensor([1, 2, 1, 2], `10 10  10 10`),
  ],
  tops: [tensor([1, 2, 1, 2], `12 14  19 22`)],
}]);

testLayer("ReLU6", [{
  does: "clamps to 0 and 6",
  bottoms: [tensor([3], `-1 3 8`)],
  tops: [tensor([3], `0 3 6`)],
}, {
  does: "scales negative numbers by negative_slope",
  param: { negative_slope: 0.5 },
  bottoms: [tensor([3], `-20 3 8`)],
  tops: [tensor([3], `-10 3 6`)],
}, {
  does: "clamps to another threshold",
  param: { negative_slope: 0.5, threshold: 3.5 },
  bottoms: [tensor([3], `-20 3 8`)],
  tops: [tensor([3], `-10 3 3.5`)],
}]);

testLayer("Reorg", [{
  does: "rearranges pixels into channels in Darknet's order",
  param: { stride: 2 },
  bottoms: [tensor([1, 4, 2, 2], `1 2 3 4  5 6 7 8  9 10 11 12  13 14 15 16`)],
  tops: [tensor([1, 16, 1, 1], `1 3 9 11  2 4 10 12  5 7 13 15  6 8 14 16`)],
}]);

Deno.test("Reorg refuses bottoms that are not images, and extents that its stride does not divide", () => {
  for (
    const [reverse, shape] of [
      [true, [1, 8, 4]],
      [true, [1, 6, 2, 2]],
      [false, [1, 6, 2, 2]],
      [false, [1, 4, 3, 2]],
      [false, [1, 4, 2, 3]],
    ] as const
  ) {
    const bottom = { shape, data: new Float32Array(shape.reduce<number>((a, b) => a * b, 1)) };
    assert.throws(() => runLayer(netLayer("Reorg", { stride: 2, reverse }), [bottom]), {
      name: "TypeError",
      message: /^its stride is 2, but its input \[.*\] must be an image/,
    });
  }
});

testLayer("ChannelNorm", [{
  does: "gives the L2 norm of the channels",
  bottoms: [tensor([1, 2, 1, 2], `3 0  4 2`)],
  tops: [tensor([1, 1, 1, 2], `5 2`)],
}]);

testLayer("Reverse", [{
  does: "reverses the first axis",
  bottoms: [tensor([3, 2], `1 2  3 4  5 6`)],
  tops: [tensor([3, 2], `5 6  3 4  1 2`)],
}]);

testLayer("ReverseTime", [{
  does: "reverses each sequence up to its length, and fills the rest with zeros",
  bottoms: [tensor([3, 2], `1 10  2 20  3 30`), tensor([2], `2 3`)],
  tops: [tensor([3, 2], `2 30  1 20  0 10`)],
}]);

testLayer("FlowWarp", [{
  does: "samples the image at the positions of the flow",
  bottoms: [tensor([1, 1, 1, 3], `1 2 3`), tensor([1, 2, 1, 3], `0.5 0 5  0 0 0`)],
  tops: [tensor([1, 1, 1, 3], `1.5 2 0`)],
}]);

Deno.test("FlowWarp refuses a flow for each of several groups of channels", () => {
  const layer = netLayer("FlowWarp", {}, { bottoms: ["image", "flow"] });
  const bottoms = [tensor([1, 2, 1, 1], `1 2`), tensor([1, 4, 1, 1], `0 0 0 0`)];
  assert.throws(() => runLayer(layer, bottoms), /second bottom is \[1, 4, 1, 1\]/);
});

testLayer("Correlation", [{
  does: "averages products over the channels",
  param: { kernel_size: 1, max_displacement: 0 },
  bottoms: [tensor([1, 2, 1, 1], `1 2`), tensor([1, 2, 1, 1], `3 4`)],
  tops: [tensor([1, 1, 1, 1], `5.5`)],
}]);

testLayer("Resample", [{
  does: "samples the nearest pixel",
  param: { type: "NEAREST", height: 2, width: 4 },
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 2, 4], `1 1 2 2  1 1 2 2`)],
}]);

testLayer("Downsample", [{
  does: "averages with triangular weights, to the size of its second bottom",
  bottoms: [tensor([1, 1, 1, 3], `1 2 3`), tensor([1, 1, 1, 2], `0 0`)],
  tops: [tensor([1, 1, 1, 2], `1.3333333 2.6666667`)],
}]);

testLayer("CTCGreedyDecoder", [{
  does: "keeps equal labels that are separated by a blank",
  bottoms: [tensor([5, 1, 3], `0 1 0  0 1 0  1 0 0  0 1 0  0 0 1`)],
  tops: [tensor([1, 5, 1, 1], `1 1 2 -1 -1`)],
}]);

Deno.test("losses of forks are left out, and their data layers are inputs", () => {
  const text = `
    layer { name: "data" type: "AnnotatedData" top: "data" top: "label" }
    layer { name: "loc" type: "Power" bottom: "data" top: "loc" power_param { scale: 2 } }
    layer { name: "conf" type: "ReLU" bottom: "data" top: "conf" }
    layer { name: "loss" type: "MultiBoxLoss" bottom: "loc" bottom: "conf" bottom: "prior"
      bottom: "label" top: "loss" }`;
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const inputShapes = new Map([["data", [1, 1, 2, 2]], ["label", [1]]]);
  const { graph } = convert(network, { inputShapes });
  assert.deepEqual(graph.outputs, ["conf", "loc"]);
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["data"]);
});

Deno.test("Normalize refuses settings of the fork for faces", () => {
  const text = `input: "x" input_shape { dim: 1 dim: 2 }
    layer { name: "n" type: "Normalize" bottom: "x" top: "n"
      normalize_param { normalize_type: "L3" } }`;
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  assert.throws(() => convert(network), {
    message: /: its normalize_type is L3, but only L1 and L2 without rescale/,
  });
});

Deno.test("layers of forks adapt to inputs of another size", () => {
  const text = `
    input: "x" input_shape { dim: 1 dim: 4 dim: 4 dim: 6 }
    layer { name: "r" type: "Reorg" bottom: "x" top: "r" reorg_param { stride: 2 } }
    layer { name: "s" type: "ShuffleChannel" bottom: "r" top: "s"
            shuffle_channel_param { group: 4 } }
    layer { name: "i" type: "Interp" bottom: "s" top: "i" interp_param { zoom_factor: 3 } }
    layer { name: "p" type: "PriorBox" bottom: "i" bottom: "x" top: "p"
            prior_box_param { min_size: 2 aspect_ratio: 2 } }`;
  const bytes = new TextEncoder().encode(text);
  const { graph } = convert({ bytes, name: "net.prototxt" }, { warn: () => {} });
  const shapesOf = (shape: Shape) => {
    const { names } = withInputShapes(graph, new Map([["x", shape]]));
    return ["s", "i", "p"].map((name) => names.get(name)!.shape);
  };
  assert.deepEqual(shapesOf([1, 4, 4, 6]), [[1, 16, 2, 3], [1, 16, 4, 7], [1, 2, 336]]);
  assert.deepEqual(shapesOf([2, 4, 8, 4]), [[2, 16, 4, 2], [2, 16, 10, 4], [1, 2, 480]]);
});

Deno.test("SegNet's layers are read from files in the format of 2014", () => {
  const text = `
    input: "x" input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 6
    layers { name: "b" type: BN bottom: "x" top: "b" bn_param { bn_mode: INFERENCE } }
    layers { name: "p" type: POOLING bottom: "b" top: "p" top: "mask"
             pooling_param { pool: MAX kernel_size: 2 stride: 2 } }
    layers { name: "u" type: UPSAMPLE bottom: "p" bottom: "mask" top: "u"
             upsample_param { scale: 2 } }`;
  const bytes = new TextEncoder().encode(text);
  const { graph } = convert({ bytes, name: "net.prototxt" }, { warn: () => {} });
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["affine", "pool2d", "pool2d", "unpool"]);
  assert.deepEqual(graph.names.get("u")!.shape, [1, 2, 4, 6]);
});
