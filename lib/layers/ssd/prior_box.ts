/**
 * PriorBox: the default boxes of a detector, several for each cell of the first bottom, relative to
 * the size of the image, the second bottom.
 *
 * For each `min_size` s there is a square of side s, one of side √(s · max_size) if there is a
 * `max_size`, and a box of area s² for each `aspect_ratio`. In TextBoxes++, `denser_prior_boxes`
 * adds a copy of each box, centered on the lower border of the cell; TextBoxes has no such setting,
 * and always adds it. In the detector of traffic lights, with `offset_w` and `offset_h`, there are
 * only the boxes of the ratios, once for each offset. With `fixed_size`, as in face detectors and
 * Intel's fork, and in FaceBoxes, there are grids of copies (`dense_boxes.ts`).
 *
 * @see https://github.com/weiliu89/caffe/blob/ssd/src/caffe/layers/prior_box_layer.cpp
 * @see https://github.com/zj463261929/TextBoxes/blob/master/src/caffe/layers/prior_box_layer.cpp
 * @see https://github.com/julimueller/tl_ssd
 * @module
 */
import {
  bool,
  float,
  message,
  type MessageOf,
  onlyWith,
  repeated,
  uint32,
} from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";
import { boxOfRatio, type BoxSize, priorsOfGrids } from "./box_grids.ts";
import { faceBoxesGrids, fixedGrids } from "./dense_boxes.ts";

/** The extents have no default: Caffe tests whether they are set. */
const PriorBoxParameter = message("PriorBoxParameter", {
  min_size: repeated(float(1)),
  max_size: repeated(float(2)),
  aspect_ratio: repeated(float(3)),
  /** Whether the reciprocal of each ratio is added. */
  flip: bool(4, true),
  clip: bool(5, false),
  variance: repeated(float(6)),
  img_size: uint32(7),
  img_h: uint32(8),
  img_w: uint32(9),
  step: float(10),
  step_h: float(11),
  step_w: float(12),
  offset: float(13, 0.5),
  /** Of TextBoxes++. */
  denser_prior_boxes: bool(0, false),
  /** Of Sophgo's fork: whether there is a square of each `min_size`. */
  use_default_aspect_ratio: bool(0, true),
  /** Of the detector of traffic lights. */
  offset_w: repeated(float(0)),
  offset_h: repeated(float(0)),
  /** Of PriorBoxClustered. */
  width: repeated(float(0)),
  height: repeated(float(0)),
  /** Of Synopsys's fork: the extents of each box. */
  box_width: repeated(float(0)),
  box_height: repeated(float(0)),
  /** Of Synopsys's fork: whether the boxes are those of FaceBoxes. */
  faceboxes: bool(0, false),
  /** Of face detectors and Intel's fork. */
  fixed_size: repeated(float(0)),
  fixed_ratio: repeated(float(0)),
  density: repeated(float(0)),
  ...onlyWith({ tf: false, keras: false, yx_order: false, p_type: "CLASSIC" }),
});

export type PriorBoxParameter = MessageOf<typeof PriorBoxParameter>;

/** The settings, which PriorBoxClustered shares. */
export const priorBoxParam = {
  name: "prior_box_param",
  number: 203,
  message: PriorBoxParameter,
};

export const priorBox = defineLayer({
  type: "PriorBox",
  ops: ["concat", "priorBox", "reshape"],
  param: priorBoxParam,
  bottoms: [2, 2],

  lower(instance) {
    const { graph, name, param, bottoms } = instance;
    if (param.faceboxes || param.fixed_size.length + param.density.length > 0) {
      return [densePriors(instance)];
    }
    warnOfFaceBoxes(instance);
    const { offset, offset_w, offset_h } = param, settings = settingsOf(param);
    if (offset_w.length + offset_h.length > 0) {
      const boxes = ratioBoxesOf(param);
      const copies = offset_h.flatMap((down) => boxes.map((box) => ({ box, down })));
      const placed = { ...atHeights(copies), offset: offset_w[0]! };
      return [apply(graph, "priorBox", name, bottoms, { ...settings, ...placed })];
    }
    const boxes = boxesOf(param);
    const placed = param.denser_prior_boxes
      ? atHeights(boxes.flatMap((box) => [{ box, down: offset }, { box, down: 1 }]))
      : { boxes: boxes.flat() };
    return [apply(graph, "priorBox", name, bottoms, { ...settings, ...placed })];
  },
});

/** The priors of FaceBoxes, or of fixed sizes and perhaps others. */
function densePriors(instance: LayerInstance<PriorBoxParameter>): Value {
  const { param } = instance, settings = settingsOf(param);
  if (param.faceboxes) {
    const grids = faceBoxesGrids(param, minSizesOf(param).map(sideOf));
    return priorsOfGrids(instance, grids, [], { ...settings, clipped: false });
  }
  const grids = fixedGrids(param, ratiosOf(param.aspect_ratio, param.flip));
  const others = param.min_size.length > 0 ? boxesOf(param) : [];
  return priorsOfGrids(instance, grids, others, { ...settings, clipped: true });
}

/** Warns if the sizes are those of FaceBoxes, whose file does not say that it has more boxes. */
function warnOfFaceBoxes({ param, warn }: LayerInstance<PriorBoxParameter>): void {
  const { min_size, max_size, aspect_ratio, step } = param;
  if (
    min_size.join() === "32,64,128" && step === 32 && max_size.length + aspect_ratio.length === 0
  ) {
    warn(
      "its sizes are those of FaceBoxes, whose Caffe makes 21 boxes a cell of them, not 3: if this is " +
        "FaceBoxes, add `faceboxes: true` to each prior_box_param",
    );
  }
}

/** The attributes for boxes at vertical offsets of their own. */
function atHeights(copies: readonly { readonly box: BoxSize; readonly down: number }[]) {
  return { boxes: copies.flatMap(({ box }) => box), down: copies.map(({ down }) => down) };
}

/** All settings of the op except the boxes. */
export function settingsOf(param: PriorBoxParameter) {
  return {
    variance: varianceOf(param.variance),
    clip: param.clip,
    image: pair(param, "img_size", "img") ?? [0, 0],
    step: pair(param, "step", "step") ?? [],
    offset: param.offset,
  } as const;
}

/**
 * The width and height of each box at one offset, for the detector of traffic lights.
 *
 * @throws {TypeError} unless there is one horizontal offset.
 */
function ratioBoxesOf(param: PriorBoxParameter): readonly BoxSize[] {
  const { offset_w, offset_h, aspect_ratio } = param;
  if (offset_w.length !== 1 || offset_h.length === 0) {
    throw new TypeError(
      `it has ${offset_w.length} offset_w and ${offset_h.length} offset_h, but only 1 offset_w is ` +
        "supported, and 1 offset_h at least",
    );
  }
  if (aspect_ratio.length === 0 || aspect_ratio.some((ratio) => Math.abs(ratio - 1) < 1e-6)) {
    throw new TypeError("with an offset_w it needs an aspect_ratio, and none that is 1");
  }
  return minSizesOf(param).flatMap((min) => boxesOfRatios(sideOf(min), param));
}

/** The width and height of each box of a cell. */
function boxesOf(param: PriorBoxParameter): readonly BoxSize[] {
  const { box_width, box_height, max_size } = param;
  if (box_width.length + box_height.length > 0) return explicitBoxes(box_width, box_height);
  const minSizes = minSizesOf(param);
  if (max_size.length > 0 && max_size.length !== minSizes.length) {
    throw new TypeError(
      `it has ${max_size.length} max_size for ${minSizes.length} min_size, but needs as many`,
    );
  }
  return minSizes.flatMap((min, i) => {
    const side = sideOf(min), max = max_size[i];
    if (max !== undefined && !(max > min)) {
      throw new TypeError(`its max_size ${max} must be greater than its min_size ${min}`);
    }
    const larger = max === undefined ? [] : [Math.sqrt(side * Math.trunc(max))];
    const sides = param.use_default_aspect_ratio ? [side, ...larger] : larger;
    const squares = sides.map((side) => [side, side] as const);
    return [...squares, ...boxesOfRatios(side, param)];
  });
}

/**
 * The boxes of explicit widths and heights.
 *
 * @throws {TypeError} if one of them is missing, or not above 0.
 */
export function explicitBoxes(
  widths: readonly number[],
  heights: readonly number[],
): readonly BoxSize[] {
  if (widths.length === 0 || widths.length !== heights.length) {
    throw new TypeError(
      `it has ${widths.length} widths and ${heights.length} heights, but needs as many of both, and ` +
        "one at least",
    );
  }
  if (![...widths, ...heights].every((extent) => extent > 0)) {
    throw new TypeError("its widths and heights must be above 0");
  }
  return widths.map((width, i) => [width, heights[i]!]);
}

function minSizesOf({ min_size }: PriorBoxParameter): readonly number[] {
  if (min_size.length === 0) throw new TypeError("it has no min_size, but needs one at least");
  return min_size;
}

/** The side of the square of a `min_size`: Caffe truncates sizes to integers. */
function sideOf(min: number): number {
  if (!(min > 0)) throw new TypeError(`its min_size is ${min}, but it must be above 0`);
  return Math.trunc(min);
}

/** The width and height of the box of each ratio, with the area of a square. */
function boxesOfRatios(
  side: number,
  { aspect_ratio, flip }: PriorBoxParameter,
): readonly BoxSize[] {
  return ratiosOf(aspect_ratio, flip).map((ratio) => boxOfRatio(side, ratio));
}

/** The ratios other than 1, without duplicates. */
function ratiosOf(listed: readonly number[], flip: boolean): readonly number[] {
  const ratios = [1];
  for (const ratio of listed) {
    if (!(ratio > 0)) throw new TypeError(`its aspect_ratio is ${ratio}, but it must be above 0`);
    if (ratios.some((other) => Math.abs(ratio - other) < 1e-6)) continue;
    ratios.push(ratio);
    if (flip) ratios.push(Math.fround(1 / ratio));
  }
  return ratios.filter((ratio) => Math.abs(ratio - 1) >= 1e-6);
}

/** The four variances: a single one applies to all, and the default is 0.1. */
function varianceOf(variance: readonly number[]): readonly number[] {
  if (variance.length !== 4 && variance.length > 1) {
    throw new TypeError(`it has ${variance.length} variance, but needs 4, 1 or none`);
  }
  if (variance.some((value) => !(value > 0))) {
    throw new TypeError(`its variance is ${variance.join(", ")}, but it must be above 0`);
  }
  return variance.length === 4 ? variance : new Array<number>(4).fill(variance[0] ?? 0.1);
}

/** A setting that is given either for both axes at once, or for each axis separately. */
function pair(
  param: PriorBoxParameter,
  both: "img_size" | "step",
  named: "img" | "step",
): Pair | undefined {
  const square = param[both];
  const height = param[`${named}_h`], width = param[`${named}_w`];
  if (height === undefined && width === undefined) {
    if (square !== undefined && !(square > 0)) {
      throw new TypeError(`its ${both} is ${square}, but it must be above 0`);
    }
    return square === undefined ? undefined : [square, square];
  }
  if (square !== undefined || !(height! > 0) || !(width! > 0)) {
    throw new TypeError(
      `it needs either ${both} or both ${named}_h and ${named}_w, above 0`,
    );
  }
  return [height!, width!];
}
