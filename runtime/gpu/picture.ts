/**
 * Pictures: inputs that are uploaded in NHWC4, as convolutions read them.
 *
 * @module
 */
import type { Graph, Value } from "../graph.ts";
import type { Conv2dAttributes } from "../ops/conv2d/attributes.ts";
import type { Traits } from "../ops/traits.ts";
import { bytesOfCell, newCell } from "./cell.ts";

/**
 * Whether an input is a picture (at most four channels) that only convolutions read. On software
 * adapters it is then packed into quads on upload, so that a pixel is one texel instead of a load
 * per channel.
 */
export function isPicture(
  value: Value,
  { nodes }: Graph,
  outputs: readonly Value[],
  { textureRows, bindable }: Traits,
): boolean {
  const { shape } = value;
  return textureRows > 0 && shape.length === 4 && shape[1]! <= 4 && !outputs.includes(value) &&
    bytesOfCell(newCell(value, "fours")) <= bindable &&
    nodes.every(({ op, attributes, inputs }) =>
      !inputs.includes(value) || op === "conv2d" && (attributes as Conv2dAttributes).group === 1
    );
}
