/**
 * DecodeBBox: the boxes of Cascade R-CNN's next stage: those of the second bottom, refined by the
 * offsets and log-scales in the first, which has four numbers for the background and four for all
 * classes.
 *
 * Coordinates are inclusive, so that a box is one pixel wider than the difference of its coordinates.
 *
 * @see https://github.com/zhaoweicai/cascade-rcnn/blob/master/src/caffe/layers/decode_bbox_layer.cpp
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { denormalized } from "./bbox_reg_parameter.ts";

export const decodeBBox = defineLayer({
  type: "DecodeBBox",
  ops: ["affine", "concat", "dense", "eltwise", "exp", "power", "reshape", "slice"],
  // There is a third bottom in training only.
  bottoms: [2, 3],
  uses: 2,

  lower({ graph, name, layer, bottoms: [moves, boxes] }) {
    if (
      [moves, boxes].some((bottom, i) => count(bottom!.shape.slice(1)) !== [8, 5][i]) ||
      moves!.shape[0] !== boxes!.shape[0]
    ) {
      throw new TypeError(
        `its bottoms are ${showShape(moves!.shape)} and ${
          showShape(boxes!.shape)
        }, but they must ` +
          "be [R, 8] and [R, 5]",
      );
    }
    const rows = (role: string, value: Value, columns: number) =>
      apply(graph, "reshape", `${name}/${role}`, [value], { shape: [0, columns] });
    const slice = (role: string, value: Value, start: number, end: number) =>
      apply(graph, "slice", `${name}/${role}`, [value], { start, end });
    const own = slice("own", rows("moves", moves!, 8), 4, 8);
    const deltas = denormalized(graph, name, layer, own);
    const factor = apply(graph, "exp", `${name}/factor`, [slice("stretch", deltas, 2, 4)], {});
    const before = rows("boxes", boxes!, 5);
    // Widths and heights, then centers.
    const [weights, biases] = [
      graph.constant(`${name}/measures/weights`, { shape: [4, 5], data: measures }),
      graph.constant(`${name}/measures/biases`, { shape: [4], data: Float32Array.of(1, 1, 0, 0) }),
    ];
    const inputs = [before, weights, biases];
    const measured = apply(graph, "dense", `${name}/measures`, inputs, { output: 4 });
    const extents = slice("extents", measured, 0, 2);
    const times = (role: string, value: Value) =>
      apply(graph, "eltwise", `${name}/${role}`, [value, extents], { operation: "product" });
    const centers = apply(graph, "eltwise", `${name}/centers`, [
      times("away", slice("shift", deltas, 0, 2)),
      slice("centers before", measured, 2, 4),
    ], {});
    const stretched = times("stretched", factor);
    const corner = (role: string, side: number) =>
      apply(graph, "power", `${name}/${role}`, [
        apply(graph, "eltwise", `${name}/${role}/border`, [centers, stretched], {
          coefficients: [1, side / 2],
        }),
      ], { shift: -side / 2 });
    const parts = [slice("image", before, 0, 1), corner("low", -1), corner("high", 1)];
    const all = apply(graph, "concat", `${name}/all`, parts, {});
    return [apply(graph, "reshape", name, [all], { shape: [0, 5, 1, 1] })];
  },
});

/** The weights that compute right − left, bottom − top, and the centers. */
const measures = Float32Array.of(
  ...[0, -1, 0, 1, 0],
  ...[0, 0, -1, 0, 1],
  ...[0, 0.5, 0, 0.5, 0],
  ...[0, 0, 0.5, 0, 0.5],
);
