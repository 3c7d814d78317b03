/**
 * A small network like MNC's test network of five stages: it is converted and runs, and all engines
 * agree. Its layers are tested one by one in `fork_answers_test.ts` and `network_answers_test.ts`.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { runReference } from "../../runtime/reference.ts";
import { cpus } from "../cpu.ts";
import { runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { gpu, hasGpu } from "../gpu.ts";
import { Random } from "../random.ts";

const layer = (name: string, type: string, bottoms: string, settings = "") =>
  `layer { name: "${name}" type: "${type}" ` +
  `${bottoms.split(" ").map((bottom) => `bottom: "${bottom}"`).join(" ")} top: "${name}" ` +
  `${settings} }\n`;

const python = (name: string, bottoms: string, module: string, type: string, settings = "") =>
  layer(
    name,
    "Python",
    bottoms,
    `python_param { module: "${module}" layer: "${type}" ${settings} }`,
  );

const dense = (name: string, bottom: string, outputs: number, as = name) =>
  layer(
    name,
    "InnerProduct",
    bottom,
    `param { name: "${as}_w" } param { name: "${as}_b" } inner_product_param { num_output: ${outputs}
      weight_filler { type: "gaussian" std: 0.1 } }`,
  );

const convolution = (name: string, bottom: string, outputs: number, settings: string) =>
  layer(
    name,
    "Convolution",
    bottom,
    `convolution_param { num_output: ${outputs} ${settings}
      weight_filler { type: "gaussian" std: 0.1 } }`,
  );

/** The three stages for some regions; those that are repeated share their weights. */
const stages = (rois: string, end: string) =>
  layer(
    `warped${end}`,
    "ROIWarping",
    `conv ${rois}`,
    "roi_warping_param { pooled_w: 14 pooled_h: 14 spatial_scale: 0.0625 }",
  ) +
  dense(`mask_pred${end}`, `warped${end}`, 441, "mask_pred") +
  layer(`mask_output${end}`, "Sigmoid", `mask_pred${end}`) +
  python(`mask_proposal${end}`, `mask_output${end}`, "pylayer.mask_layer", "MaskLayer") +
  layer(
    `mask_resize${end}`,
    "MaskResize",
    `mask_proposal${end}`,
    "mask_resize_param { output_height: 14 output_width: 14 }",
  ) +
  layer(`masked${end}`, "MaskPooling", `warped${end} mask_resize${end}`) +
  dense(`seg_cls_score${end}`, `masked${end}`, 3, "seg_cls_score") +
  layer(`seg_cls_prob${end}`, "Softmax", `seg_cls_score${end}`) +
  dense(`bbox_pred${end}`, `masked${end}`, 12, "bbox_pred");

const text = `
  input: "data" input_shape { dim: 1 dim: 3 dim: 96 dim: 128 }
  input: "im_info" input_shape { dim: 1 dim: 3 }
  ` +
  convolution("conv", "data", 4, "kernel_size: 16 stride: 16") +
  convolution("scores", "conv", 18, "kernel_size: 1") +
  convolution("deltas", "conv", 36, "kernel_size: 1") +
  python(
    "rois",
    "scores deltas im_info",
    "pylayer.proposal_layer",
    "ProposalLayer",
    `param_str: "{'feat_stride': 16, 'gradient_scale': 1}"`,
  ) +
  stages("rois", "") +
  python(
    "rois_ext",
    "rois bbox_pred seg_cls_prob im_info",
    "pylayer.stage_bridge_layer",
    "StageBridgeLayer",
  ) +
  stages("rois_ext", "_ext");

Deno.test({
  name: "a network like MNC's runs on all engines",
  async fn() {
    const bytes = new TextEncoder().encode(text);
    const { graph } = convert({ bytes, name: "mnc.prototxt" }, { warn: () => {} });
    const inputs = [
      new Random(5).tensor([1, 3, 96, 128]),
      { shape: [1, 3], data: Float32Array.of(96, 128, 1) },
    ];
    const wanted = ["rois", "rois_ext", "mask_proposal_ext", "seg_cls_prob_ext", "bbox_pred_ext"]
      .map((name) => graph.names.get(name)!);
    const expected = await runReference(graph, inputs, wanted);
    const [regions = 0] = expected[0]!.shape;
    assert(regions > 3);
    assert.deepEqual(expected.map(({ shape }) => shape), [
      [regions, 5],
      [regions, 5],
      [regions, 1, 21, 21],
      [regions, 3],
      [regions, 12],
    ]);
    for (const engine of hasGpu ? [cpus[0]!, gpu!] : [cpus[0]!]) {
      const actual = await runOn(engine)(graph, inputs, wanted);
      actual.forEach(({ data }, i) => assert(difference(data, expected[i]!.data) < 1e-4));
    }
  },
});
