/**
 * Faster R-CNN's ProposalTargetLayer, which is written in Python: in training it picks some of the
 * proposed boxes, and tells what they should be. Outside training all boxes stay, and it tells nothing.
 *
 * @see https://github.com/rbgirshick/py-faster-rcnn/blob/master/lib/rpn/proposal_target_layer.py
 * @module
 */
import { definePythonLayer } from "../python_layer.ts";

export const proposalTargetLayer = definePythonLayer({
  name: "rpn.proposal_target_layer.ProposalTargetLayer",
  settings: ["num_classes"],
  bottoms: [2, 2],
  tops: [5, 5],
  uses: 1,
  gives: 1,
  lower: ({ bottoms }) => [bottoms[0]!],
});
