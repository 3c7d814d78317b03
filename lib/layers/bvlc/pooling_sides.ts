/**
 * Pooling with the settings of Synopsys's fork: a padding for each side, and means that exclude the
 * padding, as in TensorFlow.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/pooling_layer.cpp
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { lowest } from "../../../runtime/ops/pool2d.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply } from "../layer.ts";
import { padded, type RowsAndColumns, type Sides } from "../padded.ts";

/** The settings of a pooling. */
export interface SidedPooling {
  readonly method: "max" | "average";
  /** Whether means exclude the padding. */
  readonly isInside: boolean;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** The padding before and after the rows and the columns. */
  readonly sides: RowsAndColumns;
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

/** The pooled image, for fixed extents. */
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
  const pad_value = method === "max" ? lowest : 0;
  const filling = { pad_type: "CONSTANT", pad_value } as const;
  const framed = padded(graph, `${name}/padded`, image, sides, filling);
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

/** The number of windows: none starts in the padding after the image. */
function countOf(
  { extent, kernel, stride }: Pick<Windows, "extent" | "kernel" | "stride">,
  [before, after]: Sides,
  round: "floor" | "ceil",
): number {
  const count = Math[round]((extent + before + after - kernel) / stride) + 1;
  return (count - 1) * stride >= extent + before ? count - 1 : count;
}

/** The ratio of each window's extent to the extent of its part in the image. */
function sharesOf({ extent, kernel, stride, sides: [before, after], count }: Windows) {
  return Float64Array.from({ length: count }, (_, i) => {
    const start = i * stride - before;
    const whole = Math.min(start + kernel, extent + after) - start;
    return whole / (Math.min(start + kernel, extent) - Math.max(start, 0));
  });
}
