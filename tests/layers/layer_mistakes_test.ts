/**
 * What people forget or mistype in the settings of common layers: the messages say what is there, and
 * what was expected.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { inputText } from "../input_text.ts";

const image = [1, 4, 6, 8], picture = [1, 3, 30, 40], video = [1, 4, 3, 6, 8];
const boxes = [[1, 8], [1, 4], [1, 2, 8]];

type Mistake = readonly [settings: string, shapes: readonly number[][], message: string];

const mistakes: Readonly<Record<string, readonly Mistake[]>> = {
  Convolution: [
    [
      "convolution_param { num_output: 2 }",
      [image],
      "it has no kernel_size, but it must be there once, or once for each of the 2 axes after the " +
      "channels",
    ],
    [
      "convolution_param { num_output: 2 kernel_size: 1 }",
      [[1, 2, 3, 3, 3, 3]],
      "it has 4 axes after the channels, but at most 3 fit",
    ],
  ],
  Deconvolution: [
    [
      "convolution_param { num_output: 2 kernel_size: 2 pad: 9 }",
      [image],
      "its padding of [9, 9] leaves nothing of its output",
    ],
    [
      'convolution_param { num_output: 4 kernel_h: 2 kernel_w: 3 weight_filler { type: "bilinear" } }',
      [image],
      "a bilinear filler needs square kernels [O, I, K, K], but its blob is [4, 4, 2, 3]",
    ],
  ],
  LRN: [["lrn_param { local_size: 4 }", [image], "its local_size is 4, but it must be odd"]],
  Pooling: [
    [
      "pooling_param { global_pooling: true kernel_size: 2 }",
      [image],
      "it has both global_pooling and a kernel, but needs one of them",
    ],
    [
      'top: "mask" pooling_param { pool: AVE kernel_size: 2 }',
      [image],
      "it has 2 tops, but only maxima have positions for the second one",
    ],
    [
      'top: "mask" pooling_param { kernel_size: 2 }',
      [video],
      "it has 2 tops, but positions of maxima are supported in images only",
    ],
    [
      "pooling_param { kernel_size: 1 dilation: 2 }",
      [[4, 6]],
      "its bottom is [4, 6], but it needs axes after the channels",
    ],
    [
      "pooling_param { kernel_size: 0 dilation: 2 }",
      [image],
      "its kernel is [0, 0] with dilation [2, 2], but must fit its bottom [1, 4, 6, 8]",
    ],
  ],
  Slice: [
    [
      'top: "z" slice_param { axis: 1 slice_dim: 1 }',
      [image],
      "it has both axis and slice_dim, but needs one of them",
    ],
    [
      'top: "z" slice_param { slice_point: 1 slice_point: 2 }',
      [image],
      "it has 2 slice_point for 2 tops, but needs one fewer than tops",
    ],
    [
      'top: "z" slice_param { slice_point: 0 }',
      [image],
      "its slice_point 0 must ascend and be between 0 and 4",
    ],
  ],
  SPP: [["", [image], "its pyramid_height is 0 or missing, but must be 1 to 31"]],
  Unpooling: [[
    "unpooling_param { unpool: AVE kernel_size: 2 }",
    [video],
    "its input is [1, 4, 3, 6, 8], not an image [N, C, H, W]",
  ]],
  ScaleRoute: [[
    "scale_route_param { low_scale: -1 }",
    [[2, 5]],
    "its low_scale is -1 and its high_scale missing, but they must be above 0, and the first may not " +
    "exceed the second",
  ]],
  Resize: [[
    "resize_param { crop: 1 width: 4 }",
    [image],
    "along an axis, its bottom has 6 pixels, its crop is 1, its size missing and its scale missing; it " +
    "needs a size above 1 or a scale, and pixels between the crops",
  ]],
  RPN: [[
    "rpn_param { scale: nan }",
    [[1, 2, 3, 3], [1, 4, 3, 3], [1, 3]],
    "its anchors have the ratios [] and the scales [NaN], but all must be numbers above 0",
  ]],
  GlobalDropTrigger: [
    [
      "global_drop_trigger_param { num: -1 }",
      [image],
      "its num is -1, but it must be above 0",
    ],
    [
      "global_drop_trigger_param { width: 2147483647 }",
      [image],
      "a blob of [1, 2, 1, 2147483647] is too large",
    ],
  ],
  Tile: [["", [image], "its tiles is 0 or missing, but it must be above 0"]],
  DummyData: [["", [], "it has no shape, but it must be there once"]],
  Interp: [[
    "",
    [image],
    "it needs a zoom_factor, a shrink_factor, both height and width, or a second bottom as large as " +
    "the top",
  ]],
  Correlation: [["", [image, image], "it needs both a kernel_size and a max_displacement"]],
  DetectionOutput: [
    ["", boxes, "its num_classes is 0 or missing, but it must be above 0"],
    [
      "detection_output_param { num_classes: 3 }",
      boxes,
      "its 2 priors need 8 locations and 6 scores an image, but there are 8 and 4",
    ],
    [
      "detection_output_param { num_classes: 2 nms_param { eta: 0 } }",
      boxes,
      "its eta is 0, but it must be above 0 and at most 1",
    ],
  ],
  PriorBox: [
    ["", [image, picture], "it has no min_size, but needs one at least"],
    [
      "prior_box_param { min_size: 3 aspect_ratio: 0 }",
      [image, picture],
      "its aspect_ratio is 0, but it must be above 0",
    ],
    [
      "prior_box_param { min_size: 3 variance: 0.1 variance: 0.2 }",
      [image, picture],
      "it has 2 variance, but needs 4, 1 or none",
    ],
  ],
  Yolov3DetectionOutput: [[
    "yolov3_detection_output_param { num_classes: 80 }",
    [image],
    "its mask_group_num is 2, but must be its number of bottoms, 1",
  ], [
    "yolov3_detection_output_param { num_classes: 80 mask_group_num: 1 scale_x_y: [1.1, 1.2] }",
    [image],
    "its scale_x_y has 2 numbers, but needs a finite one for each bottom, 1",
  ], [
    "yolov3_detection_output_param { num_classes: 80 mask_group_num: 1 scale_x_y: nan }",
    [image],
    "its scale_x_y has 1 numbers, but needs a finite one for each bottom, 1",
  ]],
};

for (const [type, ofType] of Object.entries(mistakes)) {
  for (const [settings, shapes, reason] of ofType) {
    Deno.test(`${type} of ${JSON.stringify(shapes)} ${settings}: ${reason}`, () => {
      const inputs = shapes.map((shape, i) => inputText(`x${i}`, shape)).join("");
      const bottoms = shapes.map((_, i) => `bottom: "x${i}"`).join(" ");
      const text = `${inputs} layer { name: "y" type: "${type}" ${bottoms} top: "y" ${settings} }`;
      const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
      assert.throws(() => convert(network, { warn() {} }), ({ message }: Error) => {
        assert.equal(message.split("\n")[0], `Cannot convert layer "y" (${type}): ${reason}`);
        return true;
      });
    });
  }
}
