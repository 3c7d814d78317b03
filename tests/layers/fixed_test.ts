/**
 * Layers that are lowered for the extents of their bottom refuse others, also with the same number of
 * elements.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { inputText } from "../input_text.ts";

const cases: readonly (readonly [type: string, param: string, given: readonly number[]])[] = [
  ["Deconvolution", "convolution_param { num_output: 1 kernel_size: 2 stride: 2 }", [
    1,
    2,
    3,
    4,
    5,
  ]],
  ["Local", "convolution_param { num_output: 1 kernel_size: 2 }", [1, 2, 4, 5]],
  ["MultiSoftmax", "mult_softmax_param { num_label: 2 }", [1, 2, 4, 5]],
  ["Pooling3D", "pooling_param { kernel_size: 2 kernel_depth: 2 }", [1, 2, 3, 4, 5]],
  ["DataAugmentation", "augmentation_param { crop_width: 3 crop_height: 2 }", [1, 3, 4, 5]],
  [
    "Resize",
    "resize_param { is_pyramid_test: true out_height_scale: 2 out_width_scale: 2 }",
    [1, 3, 4, 5],
  ],
  // The size of the largest bottom, here the only one.
  ["Accum", "accum_param { size_divisible_by: 4 }", [1, 2, 4, 5]],
  // Whole multiples of these extents, but not of 5 or 8.
  ["DeephiResize", "deephi_resize_param { scale_h: 1.2 scale_w: 1.2 }", [1, 2, 4, 4]],
  ["BroadcastTo", "broadcast_to_param { shape: 1 shape: 2 shape: 4 shape: 5 }", [1, 2, 4, 5]],
  [
    "StridedSlice",
    `strided_slice_param { begin: 0 begin: 0 begin: 1 begin: 0
      end: 1 end: 2 end: 4 end: 5 }`,
    [1, 2, 4, 5],
  ],
  [
    "Piece",
    `piece_param { begin: 0 begin: 0 begin: 0 begin: 0
      size: 1 size: 2 size: 4 size: 5 }`,
    [1, 2, 4, 5],
  ],
  ["Gather", "gather_param { indices: 3 shape: 1 axis: 2 }", [1, 2, 4, 5]],
  ["Unstack", "unstack_param { axis: 2 }", [1, 2, 1, 5]],
  // Forks agree about vectors only.
  ["L2Norm", "", [1, 2, 1, 1]],
  [
    "Unpooling",
    "unpooling_param { unpool: AVE kernel_size: 2 stride: 2 unpool_size: 8 }",
    [1, 2, 4, 4],
  ],
];

for (const [type, param, shape] of cases) {
  Deno.test(`${type} takes any batch, but no other extents than it was converted for`, () => {
    const text = `${inputText("data", shape)}
      layer { name: "top" type: "${type}" bottom: "data" top: "top" ${param} }`;
    const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" });
    const to = (shape: readonly number[]) => withInputShapes(graph, new Map([["data", shape]]));
    assert.equal(to(shape.with(0, 2)).names.get("top")!.shape[0], 2);
    assert.throws(() => to([...shape.slice(0, -2), 5, 4]), TypeError);
    assert.throws(() => to(shape.with(2, 2 * shape[2]!)), TypeError);
  });
}
