/**
 * Prior boxes of detectors that put several copies of each box into a cell, on a grid of their own.
 *
 * The op `priorBox` has one horizontal offset for all boxes. So there is one node for each column of a
 * grid, and their outputs are interleaved.
 *
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import type { Options } from "../../../runtime/ops/mod.ts";
import { fixed } from "../fixed.ts";
import { apply, type LayerInstance } from "../layer.ts";

/** The extents of a box, in pixels of the image. */
export type BoxSize = readonly [width: number, height: number];

/** The box of a ratio of width to height that has the area of a square. */
export function boxOfRatio(side: number, ratio: number): BoxSize {
  const root = Math.fround(Math.sqrt(ratio));
  return [Math.fround(side * root), Math.fround(side / root)];
}

/** Copies of a box on a square grid. */
export interface BoxGrid {
  readonly box: BoxSize;
  /** The positions of the columns, and of the rows: pixels from the point that the offset gives. */
  readonly places: readonly number[];
}

/** The settings of `priorBox` other than boxes and their offsets. */
type Settings = Omit<Options["priorBox"], "boxes" | "down"> & {
  readonly step: readonly number[];
  readonly image: Pair;
  readonly offset: number;
};

/**
 * The priors of the grids, one after the other in each cell, and then those of `others`, boxes at the
 * offset itself.
 */
export function priorsOfGrids(
  { graph, name, bottoms }: LayerInstance<unknown>,
  grids: readonly BoxGrid[],
  others: readonly BoxSize[],
  { clipped, ...settings }: Settings & { readonly clipped: boolean },
): Value {
  // Without a step, the offsets in parts of a cell are right for these extents only.
  const inputs = settings.step.length > 0
    ? bottoms
    : bottoms.map((bottom, i) => fixed(graph, `${name}/extents${i}`, bottom, 2));
  const [step_h, step_w] = stepOf(settings, inputs);
  /** Joins `[cells, boxes …]` along the second axis, or a later one. */
  const join = (node: string, parts: readonly Value[], axis = 1) =>
    parts.length === 1 ? parts[0]! : apply(graph, "concat", node, parts, { axis });
  const shaped = (node: string, value: Value, shape: readonly number[]) =>
    apply(graph, "reshape", node, [value], { shape });

  const parts = grids.map(({ box, places }, i) => {
    const count = places.length, node = `${name}/grid${i}`;
    const columns = places.map((place, k) => {
      const column = apply(graph, "priorBox", `${node}/column${k}`, inputs, {
        ...settings,
        clip: clipped || settings.clip!,
        boxes: places.flatMap(() => box),
        offset: settings.offset + place / step_w,
        down: places.map((place) => settings.offset + place / step_h),
      });
      return shaped(`${node}/rows${k}`, column, [-1, count, 1, 4]);
    });
    return shaped(`${node}/cells`, join(`${node}/boxes`, columns, 2), [-1, count ** 2, 4]);
  });
  if (others.length > 0) {
    const boxes = apply(graph, "priorBox", `${name}/others`, inputs, {
      ...settings,
      boxes: others.flat(),
    });
    parts.push(shaped(`${name}/others/cells`, boxes, [-1, others.length, 4]));
  }
  return shaped(name, join(`${name}/boxes`, parts), [1, 2, -1]);
}

/** The extents of a cell in pixels: as given, or so that the cells fill the image. */
function stepOf({ step, image }: Settings, [grid, picture]: readonly Value[]): Pair {
  const along = (i: number) =>
    step[i] ?? (image[i] || picture!.shape[i + 2]!) / grid!.shape[i + 2]!;
  return [along(0), along(1)];
}
