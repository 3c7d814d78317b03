/**
 * The parts of two images that a correlation compares, one pair for each displacement.
 *
 * @module
 */
import type { Pair } from "../../runtime/ops/attribute.ts";
import type { Attributes } from "../../runtime/ops/mod.ts";
import type { Shape } from "../../runtime/tensor.ts";

/** Parts of one size, of images that were padded. */
export interface CorrelationParts {
  /** The padding before and after the rows, and before and after the columns. */
  readonly pads: readonly [down: Pair, along: Pair];
  readonly size: Pair;
  /** The first pixel of the first image's part, and of each of the second one's. */
  readonly still: Pair;
  readonly moved: readonly Pair[];
}

/** The parts for images `[N, C, H, W]` and an output `[N, displacements, rows, columns]`. */
export function correlationParts(
  { kernel, pad, displacement, stride, step, flat }: Attributes["correlation"],
  input: Shape,
  output: Shape,
): CorrelationParts {
  // Only columns are padded if displacements are along x alone.
  const before: Pair = [flat ? 0 : pad, pad];
  const still: Pair = [flat ? 0 : displacement, displacement];
  const along = (axis: 0 | 1) => (output[2 + axis]! - 1) * stride + kernel;
  const size: Pair = [along(0), along(1)];
  const around = (axis: 0 | 1): Pair => {
    const after = size[axis] + 2 * still[axis] - before[axis] - input[2 + axis]!;
    return [before[axis], Math.max(0, after)];
  };
  const radius = Math.floor(displacement / step);
  const shifts = Array.from({ length: 2 * radius + 1 }, (_, i) => (i - radius) * step);
  const moved = (flat ? [0] : shifts).flatMap((down) =>
    shifts.map((right): Pair => [still[0] + down, still[1] + right])
  );
  return { pads: [around(0), around(1)], size, still, moved };
}
