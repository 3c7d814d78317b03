/**
 * The settings of layers that cut regions of an image into bins.
 *
 * @module
 */
import { float, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count, expectImage, showShape } from "../../../runtime/tensor.ts";
import { expectPositive } from "../positive.ts";

/** The fields, with the numbers that Fast R-CNN has for them. */
export const regionFields = {
  pooled_h: uint32(1, 0),
  pooled_w: uint32(2, 0),
  spatial_scale: float(3, 1),
};

export type RegionParameter = { readonly [Name in keyof typeof regionFields]: number };

/**
 * The settings of an op on regions.
 *
 * @throws {TypeError} if the bottoms are no image and its boxes `[R, 5]`, or there are no bins.
 */
export function regionSettings(
  [image, boxes]: readonly Value[],
  { pooled_h, pooled_w, spatial_scale: scale }: RegionParameter,
) {
  expectImage(image!.shape);
  expectPositive({ pooled_h, pooled_w });
  expectBoxes(boxes!);
  return { bins: [pooled_h, pooled_w], scale } as const;
}

/** @throws {TypeError} if these are no boxes `[R, 5]`. */
export function expectBoxes({ shape }: Value): void {
  if (count(shape.slice(1)) !== 5) {
    throw new TypeError(`its boxes are ${showShape(shape)}, but they must be [R, 5]`);
  }
}
