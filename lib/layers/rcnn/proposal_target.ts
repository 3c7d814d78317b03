/**
 * Faster R-CNN's ProposalTargetLayer, a Python layer: in training it samples the proposals and
 * assigns targets. Outside training it passes on all proposals, without targets.
 *
 * Forks that learn more than boxes, such as viewpoints or outlines, have further labels as bottoms,
 * further targets as tops, and settings of their own.
 *
 * @see https://github.com/rbgirshick/py-faster-rcnn/blob/master/lib/rpn/proposal_target_layer.py
 * @see https://github.com/cguindel/lsi-faster-rcnn
 * @see https://github.com/insmod-he/py-R-FCN/blob/master/lib/rpn/proposal_target_layer.py
 * @module
 */
import { definePythonLayer } from "../python/python_layer.ts";

export const proposalTargetLayer = definePythonLayer({
  name: "rpn.proposal_target_layer.ProposalTargetLayer",
  bottoms: [2, Infinity],
  tops: [5, Infinity],
  uses: 1,
  gives: 1,
  lower: ({ bottoms }) => [bottoms[0]!],
});
