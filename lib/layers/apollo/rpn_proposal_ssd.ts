/**
 * RPNProposalSSD: the region proposals of Apollo's detector of traffic lights. Anchors of given sizes
 * are at the first pixel of each cell. If there are no proposals, there is a row of −1.
 *
 * @see https://github.com/ApolloAuto/apollo/blob/v7.0.0/modules/perception/inference/tensorrt/plugins/rpn_proposal_ssd_plugin.cu
 * @module
 */
import { count, sameShape, showShape } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { bboxRegParam, denormalized } from "../mscnn/bbox_reg_parameter.ts";
import { bestBoxesOps, columns, columnsOf } from "../rcnn/best_boxes.ts";
import { byCell } from "../rcnn/by_cell.ts";
import {
  bestOf,
  detectionOutputSsdParam,
  type Instance,
  lowered,
  movedBoxes,
  needed,
  tooSmall,
} from "./detection_output_ssd.ts";

export const rpnProposalSsd = defineLayer({
  type: "RPNProposalSSD",
  ops: [...bestBoxesOps, "eltwise", "exp", "permute", "relu", "threshold"],
  param: detectionOutputSsdParam,
  otherParams: [bboxRegParam],
  bottoms: [3, 3],

  lower(instance) {
    const { graph, name, layer, param, bottoms: [scores, moves, info], shapes } = instance;
    const { anchor_width: widths, anchor_height: heights } = needed(
      "gen_anchor_param",
      param.gen_anchor_param,
    );
    const anchors = Math.min(widths.length, heights.length);
    const [, , ...extents] = shapes[0]!;
    if (
      anchors === 0 || extents.length !== 2 ||
      !sameShape(shapes[0]!, [1, 2 * anchors, ...extents]) ||
      !sameShape(shapes[1]!, [1, 4 * anchors, ...extents]) || shapes[2]![0] !== 1 ||
      count(shapes[2]!) < 2
    ) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but ${anchors} anchors need ` +
          `[1, ${2 * anchors}, H, W], [1, ${4 * anchors}, H, W] and [1, 6], for one image`,
      );
    }
    const nodes = new LayerNodes(graph, name);
    const cells = byCell(instance, "moves", moves!, anchors);
    const deltas = nodes.reshape("deltas", denormalized(nodes, layer, cells, 3), [-1, 4]);
    const boxes = movedBoxes(instance, anchorsAt(instance, extents), deltas, info!);
    const objects = nodes.add("slice", "objects", [scores!], { start: anchors });
    const list = nodes.reshape("list", byCell(instance, "scores", objects, anchors), [-1, 1]);
    const large = lowered(graph, `${name}/large`, list, [tooSmall(instance, boxes)]);
    const found = bestOf(instance, {
      scores: nodes.reshape("ranked", large, [1, -1]),
      boxes: nodes.reshape("all", boxes, [1, -1, 4]),
    }, needed("threshold_objectness", param.threshold_objectness));
    const order = [columns.image, ...columns.corners].map((from) => [from, -1] as const);
    const rows = columnsOf(graph, `${name}/rows`, found, order, true);
    return [apply(graph, "reshape", name, [rows], { shape: [0, 5, 1, 1] })];
  },
});

/** An image index and the corners of each anchor, `[H · W · anchors, 5]`. */
function anchorsAt({ graph, name, param }: Instance, [height, width]: readonly number[]) {
  const stride = needed("heat_map_a", param.heat_map_a);
  const { anchor_width: widths, anchor_height: heights } = param.gen_anchor_param!;
  const anchors = Math.min(widths.length, heights.length);
  const shape = [height! * width! * anchors, 5];
  refuseHuge(shape);
  const data = new Float32Array(count(shape));
  for (let i = 0; i < shape[0]!; i++) {
    const cell = Math.floor(i / anchors);
    const x = cell % width! * stride, y = Math.floor(cell / width!) * stride;
    const across = (widths[i % anchors]! - 1) / 2, down = (heights[i % anchors]! - 1) / 2;
    data.set([0, x - across, y - down, x + across, y + down], 5 * i);
  }
  return graph.constant(`${name}/anchors`, { shape, data });
}
