/**
 * Pooling as Synopsys's fork has it beside Caffe's: padding by a number for each side, and means of
 * what lies in the image alone, as TensorFlow has them.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/pooling_layer.cpp
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import { expectImage } from "../../runtime/tensor.ts";
import { fixed } from "./fixed.ts";
import { apply } from "./layer.ts";
import { padded, type Sides } from "./pytorch/pad.ts";

/** How an image is pooled. */
export interface SidedPooling {
  readonly method: "max" | "average";
  /** Whether a mean leaves out the padding. */
  readonly isInside: boolean;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Rows and columns before and behind the image. */
  readonly sides: readonly [Sides, Sides];
  readonly round: "floor" | "ceil";
}

/** The windows along an axis. */
interface Windows {
  readonly extent: number;
  readonly kernel: number;
  readonly stride: number;
  readonly sides: Sides;
  readonly count: number;
}

/** Less than any number that is not lost beside it: what a maximum finds in the padding. */
const LOWEST = -3.4028234663852886e38;

/** The pooled image, for the height and the width that it has now. */
export function poolSided(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  pooling: SidedPooling,
): Value {
  expectImage(bottom.shape);
  const { method, isInside, kernel, stride, sides, round } = pooling;
  const image = fixed(graph, name, bottom, 2);
  const windows = [0, 1].map((i): Windows => {
    const along = { extent: bottom.shape[2 + i]!, kernel: kernel[i]!, stride: stride[i]! };
    return { ...along, sides: sides[i]!, count: countOf(along, sides[i]!, round) };
  });
  const pad_value = method === "max" ? LOWEST : 0;
  const filling = { pad_type: "CONSTANT", pad_value } as const;
  const framed = padded(graph, `${name}/padded`, image, ...sides, filling);
  const settings = { method, kernel, stride, round };
  let pooled = apply(graph, "pool2d", isInside ? `${name}/whole` : name, [framed], settings);
  for (const [i, { count }] of windows.entries()) {
    const axis = 2 + i;
    if (pooled.shape[axis] === count) continue;
    pooled = apply(graph, "slice", `${name}/axis${axis}/used`, [pooled], { axis, end: count });
  }
  if (!isInside) return pooled;
  const [rows, columns] = windows.map(sharesOf) as [Float64Array, Float64Array];
  const shares = Float32Array.from(
    { length: rows.length * columns.length },
    (_, i) => rows[Math.floor(i / columns.length)]! * columns[i % columns.length]!,
  );
  const plane = graph.constant(`${name}/shares`, {
    shape: [rows.length, columns.length],
    data: shares,
  });
  return apply(graph, "affine", name, [pooled, plane], { axis: 2, terms: "scale" });
}

/** How many windows there are: none starts in the padding behind the image. */
function countOf(
  { extent, kernel, stride }: Pick<Windows, "extent" | "kernel" | "stride">,
  [before, behind]: Sides,
  round: "floor" | "ceil",
): number {
  const count = Math[round]((extent + before + behind - kernel) / stride) + 1;
  return (count - 1) * stride >= extent + before ? count - 1 : count;
}

/** How much larger each window is than what of it lies in the image. */
function sharesOf({ extent, kernel, stride, sides: [before, behind], count }: Windows) {
  return Float64Array.from({ length: count }, (_, i) => {
    const start = i * stride - before;
    const whole = Math.min(start + kernel, extent + behind) - start;
    return whole / (Math.min(start + kernel, extent) - Math.max(start, 0));
  });
}
