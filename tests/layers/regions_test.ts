/**
 * Layers of regions refuse what they do not support.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeOnnx } from "../../lib/emit/onnx/onnx_model.ts";
import { inputText } from "../input_text.ts";

const network = (layer: string, shapes: readonly (readonly number[])[]) => {
  const inputs = shapes.map((shape, i) => inputText(`x${i}`, shape)).join("");
  const bottoms = shapes.map((_, i) => `bottom: "x${i}"`).join(" ");
  const text = `${inputs} layer { name: "y" top: "y" ${bottoms} ${layer} }`;
  const bytes = new TextEncoder().encode(text);
  return convert({ bytes, name: "net.prototxt" }, { warn: () => {} });
};

const regions = [[1, 8, 5, 7], [3, 5]];
const aligned = (settings: string) => `type: "PSROIAlign" psroi_align_param { ${settings} }`;
const two = "output_dim: 2 group_size: 2";

const refusals: readonly (readonly [layer: string, shapes: number[][], message: RegExp])[] = [
  [aligned(two), regions, /must have sample_num or sampling_ratio: they tell two forks apart/],
  [aligned(`${two} sample_num: 2 sampling_ratio: 2`), regions, /must have sample_num or/],
  [aligned(`${two} sample_num: 0`), regions, /its sample_num is 0 or missing, but it must be/],
  [
    aligned("group_size: 2 sample_num: 2"),
    regions,
    /its output_dim is 0 or missing, but it must be/,
  ],
  [aligned(`${two} sample_num: 2`), [regions[0]!, [3, 4]], /its boxes are \[3, 4\], but/],
  [
    aligned("output_dim: 3 group_size: 2 sample_num: 2"),
    regions,
    /its input has 8 channels, but 3 outputs of 2 × 2 bins need 12/,
  ],
  [
    `type: "PSROIAlign" psroi_pooling_param { ${two} }`,
    regions,
    /it has psroi_pooling_param, as in one fork/,
  ],
  ...[
    'type: "ROIPooling" roi_pooling_param',
    'type: "ROIAlign" roi_pooling_param',
    'type: "ROIAlign" roi_align_param',
    'type: "ROIWarping" roi_warping_param',
  ].map((layer) =>
    [
      `${layer} { pooled_w: 7 }`,
      regions,
      /its pooled_h is 0 or missing, but it must be above 0/,
    ] as const
  ),
  [
    'type: "RPN" rpn_param { feat_stride: 16 basesize: 16 scale: 1 }',
    [[1, 2, 2, 2], [1, 4, 2, 2], [1, 3]],
    /it needs a scale and a ratio at least, for its anchors/,
  ],
  [
    'type: "RPN" rpn_param { feat_stride: 16 basesize: 16 scale: 1 ratio: 1 }',
    [[1, 2, 2, 2], [1, 4, 2, 2], [3]],
    /its third bottom is \[3\], but it must be \[1, 3\]/,
  ],
  [
    'type: "SimplerNMS" simpler_nms_param { scale: 8 }',
    [[1, 6, 2, 2], [1, 12, 2, 2], [2, 3]],
    /its third bottom is \[2, 3\], but it must be \[1, 3\]/,
  ],
  [
    'type: "Python" python_param { module: "pylayer.mask_layer" layer: "MaskLayer" }',
    [[3, 50]],
    /its bottom is \[3, 50\], but its rows must be square masks/,
  ],
  [
    'type: "Python" python_param { module: "pylayer.stage_bridge_layer" layer: "StageBridgeLayer" }',
    [[3, 5], [3, 8], [3, 3], [1, 3]],
    /its bottoms are \[3, 5\], \[3, 8\], \[3, 3\], \[1, 3\], but they must be/,
  ],
];

Deno.test("layers of regions refuse bottoms and settings that do not fit, and say why", () => {
  for (const [layer, shapes, message] of refusals) {
    assert.throws(() => network(layer, shapes), { name: "TypeError", message });
  }
});

Deno.test("ONNX refuses regions whose bins have channels of their own, with the reason", () => {
  const model = network(aligned(`${two} sampling_ratio: 2`), regions);
  assert.throws(() => [...writeOnnx(model)], /no bins with channels of their own/);
});

for (const limit of ["per_nms_topn", "pre_nms_topn", "post_nms_topn"]) {
  Deno.test(`RPN has at most ${limit} boxes`, () => {
    const param = `feat_stride: 16 basesize: 16 scale: 1 ratio: 1 ratio: 2 ${limit}: 3`;
    const { graph } = network(
      `type: "RPN" rpn_param { ${param} }`,
      [[1, 4, 2, 2], [1, 8, 2, 2], [1, 3]],
    );
    assert.deepEqual(graph.names.get("y")!.shape, [3, 5]);
  });
}
