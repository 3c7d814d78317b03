/**
 * The layers of region-based detectors, and of networks for faces that cut out regions.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { slidingWindow, tileProduct, topK } from "./fast_mask.ts";
import { frcnnProposal, frcnnProposalTarget } from "./frcnn_proposal.ts";
import { generateRoi } from "./generate_roi.ts";
import { psroiMaskPooling, roiMaskPooling } from "./mask_pooling.ts";
import { proposal } from "./proposal.ts";
import { psroiAlign } from "./psroi_align.ts";
import { psroiPooling } from "./psroi_pooling.ts";
import { regionGrids } from "./region_grid.ts";
import { roiAlign } from "./roi_align.ts";
import { roiAlignPooling } from "./roi_align_pooling.ts";
import { roiAlignment } from "./roi_alignment.ts";
import { roiPooling } from "./roi_pooling.ts";
import { roiWarping } from "./roi_warping.ts";
import { rpn } from "./rpn.ts";
import { simplerNms } from "./simpler_nms.ts";

export const rcnn: readonly Family[] = [
  ["Faster R-CNN", [frcnnProposal, frcnnProposalTarget, proposal, roiPooling, rpn, simplerNms]],
  ["R-FCN", [psroiAlign, psroiPooling]],
  ["Mask R-CNN, AffordanceNet", [roiAlign, roiAlignment]],
  ["MNC", [roiWarping]],
  ["GBD-Net", [roiMaskPooling]],
  ["SenseTime", [psroiMaskPooling, roiAlignPooling]],
  ["Pose-REN", [generateRoi]],
  ["FastMask", [slidingWindow, tileProduct, topK]],
  ["faces", regionGrids],
];
