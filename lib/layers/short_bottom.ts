/**
 * Bottoms that are too short for the windows of a convolution.
 *
 * Caffe divides integers, which rounds towards zero: a bottom that lacks less than a stride still has
 * one window. What it lacks is read as zeros.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { imageSettings, type Windows } from "./convolution_parameter.ts";
import { fixed } from "./fixed.ts";
import { padded, type Sides } from "./pytorch/pad.ts";

/** The image, or, if it is too short, one with zeros after it, for fixed extents. */
export function longEnough(
  graph: GraphBuilder,
  name: string,
  image: Value,
  windows: Windows,
): Value {
  const { kernel, stride, pad, dilation } = imageSettings(windows);
  const [rows, columns] = [0, 1].map((i): Sides => {
    const reach = dilation[i]! * (kernel[i]! - 1) + 1;
    const lacking = reach - 2 * pad[i]! - image.shape[2 + i]!;
    return [0, lacking > 0 && lacking < stride[i]! ? lacking : 0];
  }) as [Sides, Sides];
  if (rows[1] + columns[1] === 0) return image;
  const zeros = { pad_type: "CONSTANT", pad_value: 0 } as const;
  return padded(graph, `${name}/padded`, fixed(graph, name, image, 2), rows, columns, zeros);
}
