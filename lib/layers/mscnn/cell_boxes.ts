/**
 * The boxes that MS-CNN and Cascade R-CNN predict at the cells of maps, and the selection of the best.
 *
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { apply, type LayerInstance, topName } from "../layer.ts";
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

/** The sum of two values, or their difference. */
export function sum(instance: Instance, name: string, values: readonly Value[], ...by: number[]) {
  return apply(instance.graph, "eltwise", name, values, { coefficients: by });
}

/** A part of the coordinates at cells, or of what else there is. */
export function part(instance: Instance, name: string, value: Value, start: number, end: number) {
  return apply(instance.graph, "slice", name, [value], { axis: axisOf(value), start, end });
}

/** The boxes at a map's cells. */
export function boxesAt(instance: Instance, name: string, cells: CellMoves): CellBoxes {
  const { graph, layer, param } = instance, { fields, stride } = cells;
  const [height, width] = cells.moves.shape.slice(-2) as [number, number];
  const affine = (role: string, value: Value, terms: "scale" | "offset", at: readonly number[]) => {
    const axis = 1, shape = value.shape.slice(axis, terms === "scale" ? -2 : undefined);
    return apply(graph, "affine", `${name}/${role}`, [
      value,
      graph.constant(`${name}/${role}/${terms}`, { shape, data: Float32Array.from(at) }),
    ], { terms });
  };
  const clip = (role: string, value: Value, most: number) =>
    apply(graph, "clip", `${name}/${role}`, [value], { min: -most, max: most });

  const moves = denormalized(graph, name, layer, cells.moves, axisOf(cells.moves));
  const shifts = part(instance, `${name}/shifts`, moves, 0, 2);
  const stretches = part(instance, `${name}/stretches`, moves, 2, 4);
  const shift = clip("shift", shifts, 1 / param.field_xyr);
  const stretch = clip("stretch", stretches, Math.log(param.field_whr));
  const centers = Array.from({ length: 2 * height * width }, (_, at) => {
    const cell = at % (height * width);
    return ((at === cell ? cell % width : Math.floor(cell / width)) + 0.5) * stride;
  });
  const away = affine("away", shift, "scale", fields.flat());
  const center = affine("center", away, "offset", fields.flatMap(() => centers));
  const factor = apply(graph, "exp", `${name}/factor`, [stretch], {});
  const whole = affine("size", factor, "scale", fields.flat().map((extent) => -extent));
  const start = sum(instance, `${name}/start`, [center, whole], 1, 0.5);
  const low = apply(graph, "relu", `${name}/low`, [start], {});
  return { start, low, whole };
}

/**
 * The boxes of a map one after the other, from their corners and their extents, which are negated. The
 * scores of those smaller than `min_size` are very low.
 */
export function listed(
  instance: Instance,
  name: string,
  score: Value,
  { low, high, size }: { low: Value; high: Value; size: Value },
): ScoredBoxes {
  const { graph, param } = instance, axis = axisOf(low);
  const sides = [["width", 0], ["height", 1]] as const;
  const shorter = apply(
    graph,
    "eltwise",
    `${name}/shorter`,
    sides.map(([role, at]) => part(instance, `${name}/${role}`, size, at, at + 1)),
    { operation: "max" },
  );
  const isSmall = apply(graph, "threshold", `${name}/small`, [shorter], {
    threshold: -param.min_size,
  });
  const corners = apply(graph, "concat", `${name}/corners`, [low, high], { axis });
  const order = [...corners.shape.keys()].filter((at) => at !== axis);
  const last = apply(graph, "permute", `${name}/by cell`, [corners], { order: [...order, axis] });
  const flat = (role: string, value: Value) =>
    apply(graph, "reshape", `${name}/${role}`, [value], { shape: [0, -1] });
  return {
    scores: flat("scores", sum(instance, `${name}/large`, [score, isSmall], 1, -tooSmall)),
    boxes: flat("boxes", last),
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
  const joined = (role: "scores" | "boxes", shape: Shape) => {
    const node = `${name}/${role}`;
    const parts = maps.map((map) => map[role]);
    const all = parts.length === 1 ? parts[0]! : apply(graph, "concat", node, parts, {});
    const rows = apply(graph, "reshape", `${node}/rows`, [all], { shape });
    return isLaterBetter ? apply(graph, "reverse", `${node}/reversed`, [rows], { axis: 1 }) : rows;
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
