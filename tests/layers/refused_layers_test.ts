/**
 * Layers whose bottoms or settings fit neither Caffe nor the fork that they come from are refused with
 * the reason.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";

/** The message about a layer on inputs of some shapes. */
function messageOf(type: string, shapes: readonly string[], settings: string): string {
  const inputs = shapes.map((shape, i) => {
    const dims = shape.split(" ").map((extent) => `dim: ${extent}`);
    return `input: "x${i}" input_shape { ${dims.join(" ")} }`;
  });
  const bottoms = shapes.map((_, i) => `bottom: "x${i}"`);
  const text = `${inputs.join("\n")}
    layer { name: "y" type: "${type}" ${bottoms.join(" ")} top: "y" ${settings} }`;
  try {
    convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, { warn() {} });
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

const boxOutput = "box_output_param { field_h: 4 field_w: 4 downsample_rate: 2 }";
const image = "1 4 5 6", vector = "1 4", notImage = /\[1, 4\], not an image/;

type Refusal = readonly [
  type: string,
  shapes: readonly string[],
  settings: string,
  message: RegExp,
];

const refused: readonly Refusal[] = [
  ["Concat", [image, image], "concat_param { axis: 1 concat_dim: 1 }", /both axis and concat_dim/],
  ["Clip", [image], "clip_param { min: 0 }", /it needs both min and max/],
  [
    "Convolution",
    [image],
    "convolution_param { num_output: 2 kernel_size: 3 kernel_h: 3 kernel_w: 3 }",
    /it has both kernel_size and kernel_h or kernel_w/,
  ],
  [
    "Convolution",
    ["1 2 4 5 6"],
    "convolution_param { num_output: 2 kernel_h: 3 kernel_w: 3 }",
    /it has kernel_h or kernel_w, but 3 axes after the channels/,
  ],
  ["DummyData", [], "dummy_data_param { shape {} num: 1 }", /it has both shape and num, channels/],
  [
    "DummyData",
    [],
    "dummy_data_param { num: 1 num: 2 channels: 1 height: 1 width: 1 }",
    /it has num 2 times, but it must be there once/,
  ],
  [
    "MemoryData",
    [],
    'top: "z" memory_data_param { batch_size: 2 channels: 3 height: 4 }',
    /its width is 0 or missing/,
  ],
  ["ReLU", [image, image], "", /it has 2 bottoms, but it needs exactly 1/],
  ["Concat", [], "", /it has 0 bottoms, but it needs at least 1/],
  ["Flatten", [image], "flatten_param { axis: 3 end_axis: 1 }", /axis 3 is after its end_axis 1/],
  [
    "SoftmaxWithLoss",
    [image, "1 1 5 6"],
    "loss_weight: 1 loss_weight: 2",
    /2 values of loss_weight/,
  ],
  ["DummyData", [], 'dummy_data_param { shape {} data_filler { type: "msra" } }', /filler "msra"/],
  [
    "Crop",
    [image, "1 4 2 2"],
    "crop_param { axis: 1 offset: 1 offset: 2 }",
    /2 offsets for 3 axes/,
  ],
  [
    "LSTMUnit",
    ["1 2 3", "1 2 12", "1 3"],
    'top: "z"',
    /must be \[1, N, D\], \[1, N, 4·D\], \[1, N\]/,
  ],
  [
    "PriorBox",
    [image, image],
    "prior_box_param { min_size: 2 step: inf }",
    /step.* must be finite/,
  ],
  [
    "DenseBlock",
    [image],
    "denseblock_param { numTransition: 0 growthRate: 4 }",
    /its numTransition is 0/,
  ],
  [
    "DenseBlock",
    [image],
    "denseblock_param { numTransition: 2 growthRate: 0 }",
    /its growthRate 0, but both/,
  ],
  ["Resample", [image], "resample_param { width: 2 height: 2 type: AREA }", /its type is AREA/],
  [
    "Pooling3D",
    ["1 2 4 5 6"],
    "pooling3d_param { pool: STOCHASTIC kernel_size: 2 kernel_depth: 2 }",
    /its pool is STOCHASTIC/,
  ],
  [
    "Pooling3D",
    ["1 2 4 5 6"],
    "pooling_3d_param { pool: AVE kernel_l: 2 kernel_h: 2 kernel_w: 2 }",
    /its pool is AVE, but with kernel_l it must be MAX/,
  ],
  [
    "Pooling3D",
    ["1 2 4 5 6"],
    "pooling_3d_param { kernel_l: 2 kernel_h: 2 }",
    /it needs a kernel_l, kernel_h and kernel_w/,
  ],
  [
    "Convolution3D",
    ["1 2 4 5 6"],
    "convolution3d_param { num_output: 2 kernel_size: 2 kernel_depth: 0 }",
    /it needs a kernel_size and a kernel_depth/,
  ],
  ["Region", [image], "region_param { num: 1 classes: 2 coords: 1 }", /its coords are 1/],
  [
    "YoloDetectionOutput",
    ["1 35 3 3"],
    "yolo_detection_output_param { num_classes: 2 num_box: 5 biases: 1 }",
    /it has 1 biases, but 5 boxes need 10/,
  ],
  [
    "Yolov3DetectionOutput",
    ["1 7 3 3"],
    `yolov3_detection_output_param { num_classes: 2 num_box: 1 biases: 1 biases: 1 mask: 0
      mask_group_num: 1 }`,
    /it has no anchors_scale for bottom 0/,
  ],
  [
    "BoxOutput",
    ["1 5 3 3"],
    boxOutput,
    /its bottom has 5 channels, but 2 classes and a box need 6/,
  ],
  ["BoxOutput", [vector], boxOutput, notImage],
  ["Lstm", ["3 1 4"], "", /its num_output is 0 or missing/],
  [
    "SumPooling",
    [image],
    "sum_pooling_param { pool: SUM kernel_h: 2 }",
    /it needs either kernel_size/,
  ],
  [
    "MatMul",
    ["2 3", "4 3"],
    "matmul_param { dim_1: 2 dim_2: 3 dim_3: 5 }",
    /\[2, 3\] and \[5, 3\];/,
  ],
  [
    "MatMul",
    ["2 3", "4 3"],
    "matmul_param { dim_1: 5 dim_2: 3 dim_3: 4 }",
    /\[5, 3\] and \[4, 3\];/,
  ],
  [
    "ShuffleChannel",
    [image],
    "shuffle_channel_param { group: 0 }",
    /its channels must divide into 0 groups/,
  ],
  [
    "ShuffleChannel",
    ["4"],
    "shuffle_channel_param { group: 2 }",
    /its bottom is \[4\], but its channels/,
  ],
  ["MergeCrop", [image, "1 4 5 3"], "", /the second one must be at least as large as the first/],
  ["Reverse", [image], "reverse_param { axis: 1 axis: -1 }", /its axis is 1, -1, but all/],
  ["DenseBlock", [vector], "denseblock_param { numTransition: 1 growthRate: 4 }", notImage],
  ...["Accum", "Flip", "Rearrange"].map((type) => [type, [vector], "", notImage] as const),
  ...["Remap", "SpatialProduct"].map((type) => [type, [vector, vector], "", notImage] as const),
];

for (const [type, shapes, settings, message] of refused) {
  Deno.test(`${type} of ${shapes.join(" and ")} ${settings} is refused`, () => {
    assert.match(messageOf(type, shapes, settings), message);
  });
}
