/**
 * The layers of Apollo's detector of traffic lights.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { dfmbPsroiAlign } from "./dfmb_psroi_align.ts";
import { rcnnProposal } from "./rcnn_proposal.ts";
import { rpnProposalSsd } from "./rpn_proposal_ssd.ts";

export const apollo: readonly Family[] = [
  ["traffic lights", [dfmbPsroiAlign, rcnnProposal, rpnProposalSsd]],
];
