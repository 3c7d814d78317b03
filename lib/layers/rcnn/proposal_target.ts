/**
 * Faster R-CNN's ProposalTargetLayer, a Python layer: in training it samples the proposals and
 * assigns targets. Outside training it passes on all proposals, without targets.
 *
 * @see https://github.com/rbgirshick/py-faster-rcnn/blob/master/lib/rpn/proposal_target_layer.py
 * @module
 */
import { definePythonLayer } from "../python/python_layer.ts";

export const proposalTargetLayer = definePythonLayer({
  name: "rpn.proposal_target_layer.ProposalTargetLayer",
  settings: ["num_classes"],
  bottoms: [2, 2],
  tops: [5, 5],
  uses: 1,
  gives: 1,
  lower: ({ bottoms }) => [bottoms[0]!],
});
