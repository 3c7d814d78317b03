/**
 * Boxes moved and stretched by a network's predictions.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply } from "../layer.ts";

/**
 * The first and last corners, each `[R, 2]`, of boxes `[R, 5]`, an image index and two corners, that are
 * moved and stretched by offsets and log-scales `[R, 4]`. A box includes its last pixel.
 *
 * @param shift What is added to the last corner: −0.5 if it is that of the last pixel, and 0.5 if it is
 * one pixel further, as in Faster R-CNN.
 */
export function refinedBoxes(
  graph: GraphBuilder,
  name: string,
  before: Value,
  deltas: Value,
  shift: number,
): readonly [first: Value, last: Value] {
  const slice = (role: string, value: Value, start: number, end: number) =>
    apply(graph, "slice", `${name}/${role}`, [value], { start, end });
  const factor = apply(graph, "exp", `${name}/factor`, [slice("stretch", deltas, 2, 4)], {});
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
  const corner = (role: string, side: number, shift: number) =>
    apply(graph, "power", `${name}/${role}`, [
      apply(graph, "eltwise", `${name}/${role}/border`, [centers, stretched], {
        coefficients: [1, side / 2],
      }),
    ], { shift });
  return [corner("low", -1, 0.5), corner("high", 1, shift)];
}

/** The weights that compute right − left, bottom − top, and the centers. */
const measures = Float32Array.of(
  ...[0, -1, 0, 1, 0],
  ...[0, 0, -1, 0, 1],
  ...[0, 0.5, 0, 0.5, 0],
  ...[0, 0, 0.5, 0, 0.5],
);
