/**
 * The settings and extents that layers of published networks and of tool chains refuse; their results
 * are tested by `network_answers_test.ts`.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { inputText } from "../input_text.ts";
import { netLayer, runLayer } from "./harness.ts";

/** Zeros in a shape. */
function zeros(...shape: readonly number[]): Tensor {
  return { shape, data: new Float32Array(shape.reduce((product, extent) => product * extent, 1)) };
}

/** A layer that is refused, by its type, its settings, the shapes of its bottoms, and the reason. */
type Refused = readonly [string, Record<string, unknown>, readonly (readonly number[])[], RegExp];

const refused: readonly Refused[] = [
  [
    "PriorBox",
    { min_size: [2], aspect_ratio: [2], offset_w: [0.5, 0.7], offset_h: [0.5] },
    [[1, 1, 2, 2], [1, 1, 4, 4]],
    /^it has 2 offset_w and 1 offset_h, but only 1 offset_w is supported, and 1 offset_h at least$/,
  ],
  [
    "PriorBox",
    { min_size: [2], aspect_ratio: [2, 1], offset_w: [0.5], offset_h: [0.5] },
    [[1, 1, 2, 2], [1, 1, 4, 4]],
    /^with an offset_w it needs an aspect_ratio, and none that is 1$/,
  ],
  ["BReLU", { minval: 0 }, [[1, 2]], /^it needs both minval and maxval in its brelu_param$/],
  ["EltwiseAffine", {}, [[3]], /^its bottom is \[3\], but it needs channels on axis 1$/],
  ["InstanceNorm", {}, [[1, 2, 3, 4]], /^its instance_norm_param has no eps, and the default/],
  ["InstanceNorm", { eps: 1 }, [[1, 2]], /^its input is \[1, 2\], not an image/],
  ["MIL", {}, [[1, 2, 3, 4]], /has no type, but needs one, MAX or NOR, or context_per_roi$/],
  ["MIL", { type: "MAX" }, [[1, 2]], /^its input is \[1, 2\], not an image/],
  ["UnPooling", { unpool: "REP", out_kernel_size: 2 }, [[1, 2, 3, 4]], /^its windows are \[2, 2\]/],
  [
    "UnPooling",
    { unpool: "REP" },
    [[1, 2, 3, 4]],
    /^it must have out_kernel_size and out_stride of at least 1/,
  ],
  ["UnPooling", { out_kernel_size: 2 }, [[1, 2, 3, 4]], /^it has no unpool, but needs one with/],
  [
    "UnPooling",
    { unpool: "MAX", out_kernel_size: 2 },
    [[1, 2, 3, 4]],
    /^its unpool is MAX, but with an out_kernel_size it must be FIXED, DIV or REP$/,
  ],
  [
    "UnPooling",
    { unpool: "FIXED", out_kernel_size: 2, out_pad: 1 },
    [[1, 2, 3, 4]],
    /^its out_pad is \[1, 1\], but only 0 is supported$/,
  ],
  [
    "UnPooling",
    { unpool: "FIXED", out_kernel_size: 2 },
    [[1, 2, 3, 4], [1, 2, 6, 8]],
    /^it has 2 bottoms, but with these settings it needs 1; the fork that computes the windows/,
  ],
  ["UnPooling", { unpool: "FIXED", out_kernel_size: 2 }, [[1, 2, 3]], /\[1, 2, 3\], not an image/],
  ["Warp", {}, [[1, 3, 4, 5], [1, 3, 4, 5]], /must be an image \[N, C, H, W\] and a flow/],
  ["Warp", {}, [[1, 3, 4, 5], [1, 2, 5, 5]], /^its bottoms are \[1, 3, 4, 5\] and \[1, 2, 5, 5\]/],
  ["Grid", {}, [[2, 3]], /\[2, 3\]/],
  ["ExpMax", { base: 0 }, [[1, 2, 3, 4]], /^its base is 0, but it must be positive/],
  ["ExpMax", {}, [[1, 2]], /\[1, 2\]/],
  [
    "CuDNNBatchNorm",
    { eps: 1e-6 },
    [[1, 2, 3, 4]],
    /^its eps is .*, which some versions of cuDNN replace by 1e-5/,
  ],
  [
    "AutoCrop",
    {},
    [[1, 2, 3, 4], [1, 2, 2, 2]],
    /^its offset is unknown, because its bottoms are not computed from one image/,
  ],
  ["Bilinear", {}, [[1, 2, 3, 4], [1, 5, 4, 3]], /but they may differ only in their channels$/],
  ["Bilinear", {}, [[1, 2], [1, 2]], /\[1, 2\]/],
  ["CompactBilinear", {}, [[1, 2, 3, 4], [1, 2, 3, 4]], /^its num_output is 0 or missing, but/],
  ["CompactBilinear", { num_output: 0 }, [[1, 2, 3, 4], [1, 2, 3, 4]], /^its num_output is 0 or/],
  ["CompactBilinear", { num_output: 8 }, [[1, 2, 3, 4], [1, 2, 4, 3]], /only in their channels$/],
  ["CompactBilinear", { num_output: 8 }, [[1, 2], [1, 2]], /\[1, 2\]/],
  ["SoftAttention", {}, [[2, 3, 4, 5], [2, 3, 4, 5], [2]], /weights \[N, 1, H, W\] and N factors$/],
  ["SoftAttention", {}, [[2, 3, 4, 5], [2, 1, 4, 5], [3]], /^its bottoms are .*, \[3\], but they/],
  [
    "PointwiseSpatialAttention",
    {},
    [[1, 2, 2, 3], [1, 9, 2, 3]],
    /^its bottoms are .*, but only a mask of 3 × 5 channels is supported for 2 × 3 positions$/,
  ],
  [
    "PointwiseSpatialAttention",
    { attention_mask_height: 5, attention_mask_width: 3 },
    [[1, 2, 2, 3], [1, 15, 2, 3]],
    /but only a mask of 3 × 5 channels/,
  ],
  [
    "MaskResize",
    { output_height: 5, output_width: 3 },
    [[1, 1, 2, 3]],
    /its top \[5, 3\] pixels, but/,
  ],
  ["Add", {}, [[2, 3], [2]], /^its operands are \[2, 3\] and \[2\], but each axis/],
  ["CycleAdd", {}, [[2, 3, 4, 5], [1, 3, 4, 1]], /but the second must be \[1, 3, 1, 1\]$/],
  ["CycleSub", {}, [[2, 3], [2, 3]], /\[2, 3\]/],
  [
    "Eltwise",
    { axis: 1 },
    [[2, 3, 4], [4]],
    /or the second one that of a run of the first one's axes from axis 1 on$/,
  ],
  ["Filter", {}, [[2, 3], [2, 3], [2]], /^it has 1 tops for 2 bottoms and a selector$/],
  ["ReduceMean", { axis: [3] }, [[2, 3]], /axis 3/],
  ["ReduceL2", { axes: [2] }, [[2, 3]], /axis 2/],
  ["Gather", {}, [[2, 3]], /^it has 0 indices/],
  ["Gather", { indices: [1, 0] }, [[2, 3]], /^it has 2 indices, but its shape \[\] needs 1/],
  [
    "Gather",
    { indices: [1, 3], shape: [2], axis: 1 },
    [[2, 3]],
    /^its index 3 is not below the extent 3 of axis 1$/,
  ],
  ["TileND", {}, [[2, 3]], /positive multiple for each axis of \[2, 3\]$/],
  ["TileND", { axis: [0, 1], tiles: [2] }, [[2, 3]], /^its axes are \[0, 1\], its tiles \[2\]/],
  [
    "TileND",
    { axis: [1, -1], tiles: [2, 2] },
    [[2, 3]],
    /as many positive tiles as different axes/,
  ],
  ["TileND", { axis: [1], tiles: [0] }, [[2, 3]], /as many positive tiles as different axes/],
  ["TileND", { multiples: [2] }, [[2, 3]], /its multiples \[2\]/],
  ["BroadcastTo", { shape: [3] }, [[2, 3]], /^its bottom is \[2, 3\], which cannot become \[3\]$/],
  ["BroadcastTo", { shape: [2, 1] }, [[2, 3]], /which cannot become \[2, 1\]$/],
  ["BroadcastTo", { shape: [3, 3] }, [[2, 3]], /^its operands are \[2, 3\] and \[3, 3\]/],
  [
    "LogSoftmax",
    {},
    [[2, 3]],
    /^its log_softmax_param has no axis, and its default is unknown$/,
  ],
  ["Stack", { axis: 3 }, [[2, 3], [2, 3]], /^its axis is 3, but its bottom has 2 axes$/],
  [
    "Stack",
    {},
    [[2, 3], [3, 2]],
    /^its bottoms are \[2, 3\] and \[3, 2\], but must have one shape$/,
  ],
  ["Unstack", { axis: 1 }, [[2, 3]], /^its axis 1 has 3 positions and its num is 0, but it has 1/],
  ["ExpandDimsND", { axis: [-4] }, [[2, 3]], /^its axis is -4, but its bottom has 2 axes$/],
  ["Piece", { begin: [0], size: [1] }, [[2, 3]], /but they must be a range of each axis/],
  [
    "Piece",
    { begin: [0, 2], size: [1, 2] },
    [[2, 3]],
    /^its begin is \[0, 2\] and its size \[1, 2\]/,
  ],
  [
    "StridedSlice",
    { begin: [0], end: [1, 2] },
    [[2, 3]],
    /^it has 1 begin, 2 end, 0 strides and 0/,
  ],
  ["StridedSlice", { begin: [0], end: [1], strides: [0] }, [[2]], /and no stride be 0$/],
  ["StridedSlice", { begin: [1], end: [1] }, [[2]], /^its range of axis 0 is from 1 to 1 in steps/],
  ["StridedSlice", { begin: [-1], end: [1], axes: [1] }, [[2, 3]], /counts from the end of axis 0/],
];

for (const [type, settings, shapes, message] of refused) {
  Deno.test(`${type} refuses ${JSON.stringify(settings)} of ${JSON.stringify(shapes)}`, () => {
    const layer = netLayer(type, settings, { bottoms: shapes.map((_, i) => `bottom${i}`) });
    const bottoms = shapes.map((shape) => zeros(...shape));
    assert.throws(() => runLayer(layer, bottoms), { name: "TypeError", message });
  });
}

/** The graph of a text. */
const graphOf = (text: string) =>
  convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }).graph;

Deno.test("Warp and Grid accept any batch, but only the extents of the conversion", () => {
  const graph = graphOf(`
    input: "x" input_shape { dim: 1 dim: 3 dim: 4 dim: 5 }
    input: "f" input_shape { dim: 1 dim: 2 dim: 4 dim: 5 }
    layer { name: "y" type: "Warp" bottom: "x" bottom: "f" top: "y" }
    layer { name: "g" type: "Grid" bottom: "f" top: "g" }`);
  const resized = (x: readonly number[], f: readonly number[]) =>
    withInputShapes(graph, new Map([["x", x], ["f", f]])).names;
  const names = resized([2, 3, 4, 5], [2, 2, 4, 5]);
  assert.deepEqual(names.get("y")!.shape, [2, 3, 4, 5]);
  assert.deepEqual(names.get("g")!.shape, [2, 2, 4, 5]);
  assert.throws(() => resized([1, 3, 4, 6], [1, 2, 4, 6]), { message: /^Cannot run "/ });
});

Deno.test("Accum accepts any extents with a reference or a given size", () => {
  const sizeOf = (settings: string) => {
    const graph = graphOf(`
      input: "x" input_shape { dim: 1 dim: 2 dim: 4 dim: 5 }
      input: "like" input_shape { dim: 1 dim: 1 dim: 4 dim: 5 }
      layer { name: "y" type: "Accum" bottom: "x" bottom: "like" top: "y"
        accum_param { ${settings} } }`);
    assert.deepEqual(graph.inputs.map(({ name }) => name), ["x", "like"]);
    const shapes = new Map([["x", [1, 2, 6, 7]], ["like", [1, 1, 8, 9]]]);
    return withInputShapes(graph, shapes).names.get("y")!.shape;
  };
  assert.deepEqual(sizeOf("have_reference: true"), [1, 2, 8, 9]);
  assert.deepEqual(sizeOf("top_height: 4 top_width: 5"), [1, 3, 4, 5]);
});

Deno.test("AutoCrop refuses a first bottom that starts after the second", () => {
  const text = `
    input: "x" input_shape { dim: 1 dim: 1 dim: 6 dim: 6 }
    layer { name: "c" type: "Pooling" bottom: "x" top: "c" pooling_param { kernel_size: 3 } }
    layer { name: "y" type: "AutoCrop" bottom: "c" bottom: "x" top: "y" }`;
  assert.throws(() => graphOf(text), {
    message: /its first bottom starts 1 rows and 1 columns after/,
  });
});

Deno.test("AutoCrop accepts bottoms that start together", () => {
  const text = `
    input: "x" input_shape { dim: 1 dim: 1 dim: 6 dim: 6 }
    layer { name: "c" type: "Convolution" bottom: "x" top: "c" convolution_param { num_output: 1
      kernel_size: 1 weight_filler { type: "constant" } } }
    layer { name: "y" type: "AutoCrop" bottom: "c" bottom: "x" top: "y" }`;
  assert.deepEqual(graphOf(text).names.get("y")!.shape, [1, 1, 6, 6]);
});

Deno.test("Bilinear accepts only the batch of the conversion, SoftAttention any", () => {
  const inputs = { x: [2, 3, 4, 5], w: [2, 1, 4, 5], f: [2] };
  const given = Object.entries(inputs).map(([name, shape]) => inputText(name, shape)).join("");
  const bilinear = `layer { name: "b" type: "Bilinear" bottom: "x" bottom: "w" top: "b" }`;
  const attention = `layer { name: "a" type: "SoftAttention" bottom: "x" bottom: "w" bottom: "f"
    top: "a" }`;
  const resized = (layer: string) =>
    withInputShapes(
      graphOf(given + layer),
      new Map(Object.entries(inputs).map(([name, shape]) => [name, shape.with(0, 7)])),
    ).names;
  assert.deepEqual(resized(attention).get("a")!.shape, [7, 3, 1, 1]);
  assert.throws(() => resized(bilinear), { message: /^Cannot run "b\// });
});

Deno.test("two operands accept any batch if one has a run of the other's axes", () => {
  const graph = graphOf(`
    input: "x" input_shape { dim: 1 dim: 3 dim: 4 dim: 5 }
    input: "c" input_shape { dim: 3 dim: 1 dim: 1 }
    input: "p" input_shape { dim: 1 dim: 3 dim: 1 dim: 1 }
    layer { name: "a" type: "Add" bottom: "x" bottom: "c" top: "a" }
    layer { name: "b" type: "Mul" bottom: "a" bottom: "p" top: "b" }
    layer { name: "m" type: "ReduceMean" bottom: "b" top: "m"
      reduce_mean_param { axis: 2 axis: 3 keepdims: true } }`);
  const { names } = withInputShapes(graph, new Map([["x", [2, 3, 6, 7]]]));
  assert.deepEqual(names.get("b")!.shape, [2, 3, 6, 7]);
  assert.deepEqual(names.get("m")!.shape, [2, 3, 1, 1]);
});

Deno.test("StridedSlice and pad_type: 1 accept other extents only with the same meaning", () => {
  const resized = (layer: string, height: number) => {
    const graph = graphOf(`input: "x" input_shape { dim: 1 dim: 2 dim: 6 dim: 6 } ${layer}`);
    return withInputShapes(graph, new Map([["x", [1, 2, height, 6]]])).names.get("y")!.shape;
  };
  const slice = (settings: string) =>
    `layer { name: "y" type: "StridedSlice" bottom: "x" top: "y" strided_slice_param { ${settings} } }`;
  const convolution = (stride: number) =>
    `layer { name: "y" type: "Convolution" bottom: "x" top: "y" convolution_param { num_output: 1
      kernel_size: 4 stride: ${stride} pad_type: 1 weight_filler { type: "constant" } } }`;
  const to = "begin: [0, 0, 1] end: [1, 2, 99]";
  assert.deepEqual(resized(slice(to), 9), [1, 2, 8, 6]);
  assert.throws(() => resized(slice(`${to} strides: [1, 1, 2]`), 9), {
    message: /^Cannot run "y\//,
  });
  assert.throws(() => resized(slice("begin: [0, 0, -2] end: [1, 2, -1]"), 9), {
    message: /^Cannot run "y\//,
  });
  assert.deepEqual(resized(convolution(1), 9), [1, 1, 9, 6]);
  assert.throws(() => resized(convolution(2), 9), { message: /^Cannot run "y\// });
});

for (
  const [type, settings, message] of [
    ["Convolution", "pad_type: 2", /its pad_type is 2, but only 0 and 1 are supported/],
    ["Convolution", "pad_type: 1 pad: 1", /its pad_type is 1, but it has other padding as well/],
    ["ConvolutionDepthwise", "pad_type: 1 pad_l: 1", /but it has other padding as well/],
  ] as const
) {
  Deno.test(`${type} refuses ${settings}`, () => {
    const text = `input: "x" input_shape { dim: 1 dim: 2 dim: 6 dim: 6 }
      layer { name: "y" type: "${type}" bottom: "x" top: "y" convolution_param {
        num_output: 2 kernel_size: 3 ${settings} } }`;
    assert.throws(() => graphOf(text), { name: "TypeError", message });
  });
}
