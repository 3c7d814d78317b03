/**
 * FrcnnProposal: Faster R-CNN's Proposal in the C++ of caffe-faster-rcnn. Its anchors and limits are
 * in a configuration file that only the fork's programs read, such as voc_config.json. Here they are
 * in a `proposal_param`, under the names that they have there; those of the published voc_config.json
 * are assumed otherwise.
 *
 * This follows its CPU code, which drops boxes that are too small before the cut to
 * `test_rpn_pre_nms_top_n`. Its GPU code drops them afterwards, and measures them without their last
 * pixel. Boxes whose IoU is exactly the threshold are kept in the fork, and dropped here; of boxes
 * with equal scores, the fork prefers the last.
 *
 * @see https://github.com/D-X-Y/caffe-faster-rcnn
 * @module
 */
import { float, floats, message, uint32 } from "../../../proto/message.ts";
import { defineLayer } from "../layer.ts";
import { propose, withoutRest } from "./proposal.ts";

/** The settings in the published voc_config.json, whose anchors are not quite regular. */
const published = {
  anchors: [
    [-84, -40, 99, 55],
    [-176, -88, 191, 103],
    [-360, -184, 375, 100],
    [-56, -56, 71, 72],
    [-120, -120, 135, 135],
    [-248, -248, 263, 263],
    [-36, -80, 51, 95],
    [-80, -168, 95, 183],
    [-168, -344, 183, 359],
  ].flat(),
  feat_stride: 16,
  test_rpn_min_size: 16,
  test_rpn_pre_nms_top_n: 6000,
  test_rpn_nms_thresh: 0.7,
  test_rpn_post_nms_top_n: 300,
};

export const frcnnProposal = defineLayer({
  type: "FrcnnProposal",
  ops: ["proposal", "reshape", "slice"],
  param: {
    name: "proposal_param",
    message: message("FrcnnProposalParameter", {
      anchors: floats(0),
      feat_stride: uint32(0),
      test_rpn_min_size: uint32(0),
      test_rpn_pre_nms_top_n: uint32(0),
      test_rpn_nms_thresh: float(0),
      test_rpn_post_nms_top_n: uint32(0),
    }),
  },
  bottoms: [3, 3],
  tops: [1, 2],

  lower(instance) {
    const { bottoms: [scores, deltas, info], param: { anchors, ...limits }, warn } = instance;
    const all = { ...limits, anchors: anchors.length > 0 ? [...anchors] : undefined };
    const given = Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    );
    const known: typeof published = { ...published, ...given };
    if (known.anchors.length % 4 !== 0) {
      throw new TypeError(
        `its anchors are ${known.anchors.length} numbers, but must be four for each anchor`,
      );
    }
    const assumed = Object.entries(published).filter(([name]) => !Object.hasOwn(given, name));
    if (assumed.length > 0) {
      const settings = assumed.map(([name, value]) =>
        `${name}: ${typeof value === "number" ? value : `[${value.join(", ")}]`}`
      );
      warn(
        "its fork has its anchors and limits in a configuration file, and those of voc_config.json " +
          `are assumed: if yours differ, add proposal_param { ${settings.join(" ")} } to the ` +
          "layer, with the numbers of your file",
      );
    }
    return propose({ ...instance, bottoms: [scores!, deltas!, withoutRest(instance, info!)] }, {
      stride: known.feat_stride,
      anchors: known.anchors,
      smallest: known.test_rpn_min_size,
      top: known.test_rpn_pre_nms_top_n,
      overlap: known.test_rpn_nms_thresh,
      keep: known.test_rpn_post_nms_top_n,
    });
  },
});

/** FrcnnProposalTarget of the same fork: outside training it passes on all proposals, without targets. */
export const frcnnProposalTarget = defineLayer({
  type: "FrcnnProposalTarget",
  bottoms: [2, 2],
  tops: [5, 5],
  uses: 1,
  gives: () => 1,
  lower: ({ bottoms }) => [bottoms[0]!],
});
