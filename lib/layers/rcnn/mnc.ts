/**
 * The Python layers of MNC, multi-task network cascades, as they are outside training.
 *
 * @see https://arxiv.org/abs/1512.04412
 * @see https://github.com/daijifeng001/MNC/tree/master/lib/pylayer
 * @module
 */
import { count, showShape } from "../../../runtime/tensor.ts";
import { apply } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { definePythonLayer } from "../python/python_layer.ts";
import { clippedToImage } from "./clipped_boxes.ts";
import { proposalLayer } from "./proposal.ts";
import { classesOf, refinedBoxes } from "./refined_boxes.ts";

/** Settings of gradients. */
const gradients = ["gradient_scale", "use_clip", "clip_base"];

/** ProposalLayer: that of Faster R-CNN. */
export const mncProposalLayer = definePythonLayer({
  ...proposalLayer,
  name: "pylayer.proposal_layer.ProposalLayer",
  settings: ["feat_stride", ...gradients],
  bottoms: [3, 3],
  tops: [1, 1],
});

/** MaskLayer: the rows of numbers of its bottom as square masks. */
export const maskLayer = definePythonLayer({
  name: "pylayer.mask_layer.MaskLayer",
  settings: [],
  bottoms: [1, 3],
  tops: [1, 2],
  uses: 1,
  gives: 1,

  lower({ graph, name, bottoms: [masks] }) {
    const side = Math.sqrt(count(masks!.shape.slice(1)));
    if (!Number.isInteger(side) || side < 1) {
      throw new TypeError(
        `its bottom is ${showShape(masks!.shape)}, but its rows must be square masks`,
      );
    }
    return [apply(graph, "reshape", name, [masks!], { shape: [0, 1, side, side] })];
  },
});

/**
 * StageBridgeLayer: the boxes of the next stage: those of the first bottom, refined by the offsets and
 * log-scales that the second bottom has for each class, for the class with the best score in the third,
 * and clipped to the image, whose height and width begin the fourth.
 */
export const stageBridgeLayer = definePythonLayer({
  name: "pylayer.stage_bridge_layer.StageBridgeLayer",
  settings: ["feat_stride", ...gradients],
  bottoms: [4, 4],
  tops: [1, 1],

  lower({ graph, name, bottoms, shapes }) {
    const classes = classesOf(shapes, 2), width = 4 * classes;
    const nodes = new LayerNodes(graph, name);
    const [boxes, moves, scores] = [5, width, classes].map((size, i) =>
      nodes.reshape(`bottom ${i}`, bottoms[i]!, [0, size])
    );
    // The moves of the best class are selected by factors of 1 and 0.
    const factors = nodes.add("gather", "factors", [
      nodes.add("argMax", "best", [scores!], {}),
      nodes.constant(
        "factors/weights",
        [classes, width],
        (i) => Math.floor(i / width) === Math.floor(i % width / 4) ? 1 : 0,
      ),
    ], {});
    const flat = nodes.reshape("flat", factors, [0, width]);
    const own = nodes.add("eltwise", "own", [moves!, flat], { operation: "product" });
    const deltas = nodes.add("dense", "deltas", [
      own,
      nodes.constant("deltas/weights", [4, width], (i) => Math.floor(i / width) === i % 4 ? 1 : 0),
      nodes.numbers("deltas/biases", [0, 0, 0, 0]),
    ], { output: 4 });
    const parts = refinedBoxes(graph, name, boxes!, deltas, 0.5);
    const corners = nodes.add("concat", "corners", parts, {});
    const known = nodes.slice("known", boxes!, 1, 1, 5);
    const zeros = nodes.add("power", "zeros", [known], { scale: 0 });
    const clipped = clippedToImage(nodes, corners, bottoms[3]!, zeros);
    const image = nodes.slice("image", zeros, 1, 0, 1);
    return [apply(graph, "concat", name, [image, clipped], {})];
  },
});
