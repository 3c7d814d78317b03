/**
 * Bottoms that are too short for the windows of a convolution.
 *
 * Caffe divides integers, which rounds towards zero: a bottom that lacks less than a stride still has
 * one window. What it lacks is read as zeros.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count, type Shape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply } from "../layer.ts";
import { padded, zeros } from "../padded.ts";

/** The settings of windows, one number for each axis after the channels. */
type Windows = Readonly<Record<"kernel" | "stride" | "pad" | "dilation", Shape>>;

/** The image or volume, or, if it is too short, one with zeros after it, for fixed extents. */
export function longEnough(
  graph: GraphBuilder,
  name: string,
  value: Value,
  { kernel, stride, pad, dilation }: Windows,
): Value {
  const lacking = kernel.map((extent, i) => {
    const reach = dilation[i]! * (extent - 1) + 1;
    const short = reach - 2 * pad[i]! - value.shape[2 + i]!;
    return short > 0 && short < stride[i]! ? short : 0;
  });
  if (lacking.every((extent) => extent === 0)) return value;
  return lacking.reduce((value, short, i) => {
    if (short === 0) return value;
    const axis = 2 + i, extent = value.shape[axis]!, node = `${name}/axis${axis}`;
    // The axes before and after it are merged, so that it is the height of an image.
    const image = apply(graph, "reshape", `${node}/image`, [value], {
      shape: [count(value.shape.slice(1, axis)), extent, count(value.shape.slice(axis + 1))],
      axis: 1,
    });
    const longer = padded(graph, `${node}/padded`, image, [[0, short], [0, 0]], zeros);
    return apply(graph, "reshape", node, [longer], {
      shape: value.shape.with(axis, extent + short).slice(1),
      axis: 1,
    });
  }, fixed(graph, name, value, 2));
}
