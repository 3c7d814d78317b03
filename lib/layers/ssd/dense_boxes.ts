/**
 * The grids of prior boxes of face detectors.
 *
 * @module
 */
import { type BoxGrid, boxOfRatio } from "./box_grids.ts";

/** The settings of PriorBox that grids depend on. */
interface DenseSettings {
  readonly aspect_ratio: readonly number[];
  readonly max_size: readonly number[];
  readonly fixed_size: readonly number[];
  readonly fixed_ratio: readonly number[];
  readonly density: readonly number[];
}

/** A limit that no real grid exceeds: FaceBoxes' densest has 4 rows. */
const mostRows = 100;

/**
 * The grids of `fixed_size`: as many rows and columns as its `density`, spread over a square of that
 * size, for each `fixed_ratio`; or, without any, for 1 and each `aspect_ratio`. Caffe truncates the
 * size of squares, half of it and the distance of rows to integers.
 *
 * Baidu's framework, which has the same settings, spreads boxes of a `fixed_ratio` over the cell
 * instead.
 *
 * @param ratios The aspect ratios other than 1.
 * @throws {TypeError} unless there is one density for each size.
 * @see https://github.com/lippman1125/faceboxes_lqy
 */
export function fixedGrids(
  { fixed_size, fixed_ratio, density }: DenseSettings,
  ratios: readonly number[],
): readonly BoxGrid[] {
  if (fixed_size.length === 0 || fixed_size.length !== density.length) {
    throw new TypeError(
      `it has ${fixed_size.length} fixed_size and ${density.length} density, but needs as many of ` +
        "both, and one at least",
    );
  }
  if (![...fixed_size, ...fixed_ratio].every((x) => x > 0)) {
    throw new TypeError("its fixed_size and fixed_ratio must be above 0");
  }
  if (!density.every((rows) => Number.isInteger(rows) && rows > 0 && rows <= mostRows)) {
    throw new TypeError(
      `its density is ${density.join(", ")}, but must be whole numbers from 1 to ${mostRows}`,
    );
  }
  return fixed_size.flatMap((size, s) => {
    const side = Math.trunc(size), distance = Math.trunc(size / density[s]!);
    const first = distance / 2 - Math.trunc(side / 2);
    const places = Array.from({ length: density[s]! }, (_, row) => first + row * distance);
    const squares = fixed_ratio.length > 0 ? [] : [{ box: [side, side] as const, places }];
    const others = fixed_ratio.length > 0 ? fixed_ratio : ratios;
    return [...squares, ...others.map((ratio) => ({ box: boxOfRatio(size, ratio), places }))];
  });
}

/**
 * The grids of FaceBoxes: 4 × 4 boxes of 32 pixels, 2 × 2 of 64, and one of any other size; the last
 * row and column of pixels are those of a box.
 *
 * @throws {TypeError} if there are other boxes.
 * @see https://github.com/sfzhang15/FaceBoxes/blob/master/src/caffe/layers/prior_box_layer.cpp
 */
export function faceBoxesGrids(
  { max_size, aspect_ratio }: DenseSettings,
  sides: readonly number[],
): readonly BoxGrid[] {
  if (max_size.length + aspect_ratio.length > 0) {
    throw new TypeError("with faceboxes it must have no max_size and no aspect_ratio");
  }
  return sides.map((side) => ({ box: [side - 1, side - 1], places: facePlaces.get(side) ?? [0] }));
}

const facePlaces: ReadonlyMap<number, readonly number[]> = new Map([
  [32, [-16, -8, 0, 8]],
  [64, [-16, 0]],
]);
