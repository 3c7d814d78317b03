/**
 * Groups of channels.
 *
 * @module
 */
import type { Value } from "../../runtime/graph.ts";
import { showShape } from "../../runtime/tensor.ts";

/** @throws {TypeError} if a bottom has no channels, or none that divide into equal groups. */
export function expectChannelGroups({ shape }: Value, groups: number): void {
  if (shape.length >= 2 && groups >= 1 && shape[1]! % groups === 0) return;
  throw new TypeError(
    `its bottom is ${showShape(shape)}, but its channels must divide into ${groups} groups`,
  );
}
