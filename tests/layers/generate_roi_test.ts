/**
 * Pose-REN's regions around joints, against those that its program computes.
 */
import assert from "node:assert/strict";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";
import { runText } from "./text_layer.ts";

const size = { roi_w: 4, roi_h: 3, img_w: 96, img_h: 80, spatial_mul: 8 };
const settings = (joint: number) => Object.entries({ ...size, joint_idx: joint });

const python = (joint: number) =>
  `layer { name: "rois" type: "Python" bottom: "poses" top: "rois" python_param {
    module: "python_layers.py_generate_roi_layer" layer: "PyGenerateROILayer"
    param_str: "{${settings(joint).map(([name, value]) => `\\'${name}\\': ${value}`).join(", ")}}"
  } }`;
const native = (joint: number) =>
  `layer { name: "rois" type: "GenerateROI" bottom: "poses" top: "rois" generate_roi_param {
    ${settings(joint).map(([name, value]) => `${name}: ${value}`).join(" ")} } }`;

/** Two joints of three poses: in the middle, off to the left and top, and to the right and bottom. */
const poses = tensor([3, 6], `9 9 9 0 0 9  9 9 9 -0.75 -1.5 9  9 9 9 0.75 0.625 9`);
const rois = tensor([3, 5], `0 32 28 64 52  1 0 0 32 24  2 63 53 95 77`);

for (const [what, layer] of [["PyGenerateROILayer", python], ["GenerateROI", native]] as const) {
  testEverywhere(`${what} moves regions around a joint into the image`, {
    text: `input: "poses" input_shape { dim: 3 dim: 6 }` + layer(1),
    inputs: [poses],
    outputs: [rois],
  });

  Deno.test(`${what} refuses a joint that poses lack`, () => {
    assert.throws(() => runText(layer(2), { poses }), {
      message: /its joint_idx is 2, but poses .*3.*6.* lack it/,
    });
  });
}

Deno.test("GenerateROI refuses settings that are missing, and odd sizes", () => {
  for (const [from, to] of [["img_h: 80", ""], ["spatial_mul: 8", "spatial_mul: 9"]] as const) {
    assert.throws(() => runText(native(0).replace(from, to), { poses }), {
      message: /img_h.* must be above 0, and its regions of even size/,
    });
  }
});
