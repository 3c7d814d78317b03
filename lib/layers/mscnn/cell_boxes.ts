/**
 * The boxes that MS-CNN and Cascade R-CNN predict at the cells of maps, and the selection of the best.
 *
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { apply, type LayerInstance, topName } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import {
  bestBoxes,
  type Column,
  columns,
  columnsOf,
  type ScoredBoxes,
} from "../rcnn/best_boxes.ts";
import { denormalized } from "./bbox_reg_parameter.ts";

/** The settings that both layers have. */
export interface BoxSettings {
  readonly fg_thr: number;
  readonly iou_thr: number;
  readonly field_whr: number;
  readonly field_xyr: number;
  readonly max_nms_num: number;
  readonly max_post_nms_num: number;
  readonly min_size: number;
}

type Instance = LayerInstance<BoxSettings>;

/** The predictions at a map's cells, and what they are relative to. */
export interface CellMoves {
  /** Offsets and log-scales `[N, 4, H, W]`, or `[N, groups, 4, H, W]`. */
  readonly moves: Value;
  /** The width and height of a box that is not stretched; of each group, if there are any. */
  readonly fields: readonly (readonly [width: number, height: number])[];
  /** The distance of cells in pixels. */
  readonly stride: number;
}

/** Pairs of coordinates or extents, x before y, at a map's cells. */
export interface CellBoxes {
  /** The first corners, which may be outside of the image, and these clipped to it. */
  readonly start: Value;
  readonly low: Value;
  /** The extents, negated, so that the smaller of two is their maximum. */
  readonly whole: Value;
}

/** Expects the `nms_type` that compares the intersection of boxes with their union. */
export function expectPlainOverlap(type: string): void {
  if (type === "IOU") return;
  throw new TypeError(
    `its nms_type is ${type}, but only IOU is supported; ${customLayerHint}`,
  );
}

/** The axis of a value `[N, …, H, W]` before its height. */
const axisOf = ({ shape }: Value) => shape.length - 3;

/** Adds the sum of two values, or their difference. */
export function sum(nodes: LayerNodes, role: string, values: readonly Value[], ...by: number[]) {
  return nodes.add("eltwise", role, values, { coefficients: by });
}

/** Adds a part of the coordinates at cells, or of what else there is. */
export function part(nodes: LayerNodes, role: string, value: Value, start: number, end: number) {
  return nodes.slice(role, value, axisOf(value), start, end);
}

/** The boxes at a map's cells. */
export function boxesAt(
  { layer, param }: Instance,
  nodes: LayerNodes,
  { moves, fields, stride }: CellMoves,
): CellBoxes {
  const [height, width] = moves.shape.slice(-2) as [number, number];
  const affine = (role: string, value: Value, terms: "scale" | "offset", at: readonly number[]) => {
    const shape = value.shape.slice(1, terms === "scale" ? -2 : undefined);
    return nodes.add("affine", role, [value, nodes.numbers(`${role}/${terms}`, at, shape)], {
      terms,
    });
  };
  const clip = (role: string, value: Value, most: number) =>
    nodes.add("clip", role, [value], { min: -most, max: most });

  const deltas = denormalized(nodes, layer, moves, axisOf(moves));
  const shift = clip("shift", part(nodes, "shifts", deltas, 0, 2), 1 / param.field_xyr);
  const stretch = clip(
    "stretch",
    part(nodes, "stretches", deltas, 2, 4),
    Math.log(param.field_whr),
  );
  const places = [...Array(height * width).keys()];
  const centers = [
    ...places.map((place) => place % width),
    ...places.map((place) => Math.floor(place / width)),
  ].map((position) => (position + 0.5) * stride);
  const away = affine("away", shift, "scale", fields.flat());
  const center = affine("center", away, "offset", fields.flatMap(() => centers));
  const factor = nodes.add("exp", "factor", [stretch], {});
  const whole = affine("size", factor, "scale", fields.flat().map((extent) => -extent));
  const start = sum(nodes, "start", [center, whole], 1, 0.5);
  return { start, low: nodes.add("relu", "low", [start], {}), whole };
}

/**
 * The boxes of a map one after the other, from their corners and their extents, which are negated. The
 * scores of those smaller than `min_size` are very low.
 */
export function listed(
  { param }: Instance,
  nodes: LayerNodes,
  score: Value,
  { low, high, size }: { low: Value; high: Value; size: Value },
): ScoredBoxes {
  const sides = [part(nodes, "width", size, 0, 1), part(nodes, "height", size, 1, 2)];
  const shorter = nodes.add("eltwise", "shorter", sides, { operation: "max" });
  const isSmall = nodes.add("threshold", "small", [shorter], { threshold: -param.min_size });
  const axis = axisOf(low), corners = nodes.add("concat", "corners", [low, high], { axis });
  const others = [...corners.shape.keys()].filter((at) => at !== axis);
  const last = nodes.add("permute", "by cell", [corners], { order: [...others, axis] });
  const large = sum(nodes, "large", [score, isSmall], 1, -tooSmall);
  return {
    scores: nodes.reshape("scores", large, [0, -1]),
    boxes: nodes.reshape("boxes", last, [0, -1]),
  };
}

/** The penalty on the score of a box that is too small. */
const tooSmall = 3e38;

/**
 * The tops: the best boxes of all maps, with an image index in front, and these with their scores.
 * If none is found, there is a box from 1 to 10, as in Caffe; in a batch, one for each image.
 *
 * @param isLaterBetter Whether the later of two boxes with equal scores is better.
 * @param inclusive Whether boxes include their last column and row.
 */
export function selectedBoxes(
  instance: Instance,
  maps: readonly ScoredBoxes[],
  { isLaterBetter, inclusive }: { isLaterBetter: boolean; inclusive: boolean },
): readonly Value[] {
  const { graph, name, layer, param } = instance;
  const nodes = new LayerNodes(graph, name);
  const joined = (role: "scores" | "boxes", shape: Shape) => {
    const parts = maps.map((map) => map[role]);
    const all = parts.length === 1 ? parts[0]! : nodes.add("concat", role, parts, {});
    const rows = nodes.reshape(`${role}/rows`, all, shape);
    return isLaterBetter ? nodes.add("reverse", `${role}/reversed`, [rows], { axis: 1 }) : rows;
  };
  const least = Math.max(Math.fround(param.fg_thr), -tooSmall / 2);
  const rows = bestBoxes(graph, name, {
    scores: joined("scores", [0, -1]),
    boxes: joined("boxes", [0, -1, 4]),
  }, {
    // Slightly less, since a score equal to the threshold counts.
    confidence: least - Math.max(Math.abs(least) * 2 ** -40, Number.MIN_VALUE),
    overlap: param.iou_thr,
    top: param.max_nms_num,
    keep: param.max_post_nms_num,
    inclusive,
  });
  const top = (index: number, order: readonly Column[]) => {
    const node = topName(instance, index);
    const ordered = columnsOf(graph, `${node}/rows`, rows, order, inclusive);
    return apply(graph, "reshape", node, [ordered], { shape: [0, order.length, 1, 1] });
  };
  const { image, score, corners } = columns;
  const boxesWithout = (numbers: readonly number[]) =>
    [image, ...corners].map((from, i) => [from, numbers[i]!] as const);
  const tops = [top(0, boxesWithout([0, 1, 1, 10, 10]))];
  if (layer.tops.length > 1) {
    tops.push(top(1, [...boxesWithout([0, 0, 0, 0, 0]), [score, 0]]));
  }
  return tops;
}
