/**
 * Windows of time in videos, as in R-C3D: the proposals of its ProposalLayer, a Python layer that has
 * the name of Faster R-CNN's, but two bottoms. Its limits are those of its configuration for tests.
 *
 * A window is a box of one row here.
 *
 * @see https://arxiv.org/abs/1703.07814 R-C3D
 * @see https://github.com/VisionLearningGroup/R-C3D/blob/master/lib/rpn/proposal_layer.py
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import { sameShape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, type LayerInstance, topName } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

/** The side in frames of a window of scale 1. */
const side = 8;

/**
 * The windows `[found, 3]`: 0, first and last frame; and, as an optional second top, their scores.
 *
 * @param stride The frames from one step to the next.
 */
export function proposeWindows(
  instance: LayerInstance<unknown>,
  stride: number,
  scales: readonly number[],
): readonly Value[] {
  const { graph, name, bottoms: [scores, deltas], shapes, layer } = instance;
  const each = scales.length, [, , steps = 0] = scores!.shape;
  if (!shapes.every((shape) => sameShape(shape, [1, 2 * each, steps, 1, 1]))) {
    throw new TypeError(
      `its bottoms are ${shapes.map(showShape).join(" and ")}, but ${each} scales of windows of ` +
        `time need [1, ${2 * each}, T, 1, 1]; boxes need a third bottom, the image's size and ` +
        "scale",
    );
  }
  const nodes = new LayerNodes(graph, name);
  const row = (role: string, value: Value) =>
    nodes.add("reshape", role, [fixed(graph, `${name}/${role}`, value, 2)], {
      shape: [1, steps],
      axis: 2,
    });
  // Shift and growth along the time, neither across it.
  const spread = new Float32Array(8 * each);
  for (let a = 0; a < each; a++) spread[8 * a] = spread[8 * a + 5] = 1;
  const moves = nodes.add("conv2d", "moves", [
    row("deltas", deltas!),
    nodes.numbers("moves/weights", spread, [4 * each, 2, 1, 1]),
  ], { output: 4 * each, kernel: [1, 1], group: each, bias: false });
  // The height and the width of the image, and the scales for the least height and width of a box.
  const extents = nodes.numbers("extents", [1, steps * stride, 0, 1]);
  const center = (side - 1) / 2;
  const anchors = scales.flatMap((scale) => {
    const half = (side * scale - 1) / 2;
    return [center - half, 0, center + half, 0];
  });
  const inputs = [row("scores", scores!), moves, extents];
  const found = nodes.add("proposal", "found", inputs, { stride, anchors, smallest: 8 });
  const parts = [nodes.slice("first", found, 1, 0, 2), nodes.slice("last", found, 1, 3, 4)];
  const windows = apply(graph, "concat", name, parts, {});
  if (layer.tops.length === 1) return [windows];
  return [windows, apply(graph, "slice", topName(instance, 1), [found], { start: 5, end: 6 })];
}
