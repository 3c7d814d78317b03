/**
 * Pictures: inputs that are brought to the device as convolutions want them.
 *
 * @module
 */
import type { Graph, Value } from "../graph.ts";
import type { Conv2dAttributes } from "../ops/conv2d/attributes.ts";
import type { Traits } from "../ops/fours/layout.ts";
import { bytesOf, newCell } from "./cell.ts";

/**
 * Whether an input is a picture that only convolutions read, from a texture: then it is written there
 * in fours, which takes less time than to read each channel from a buffer.
 */
export function isPicture(
  value: Value,
  { nodes }: Graph,
  outputs: readonly Value[],
  { textureRows, bindable }: Traits,
): boolean {
  const { name, shape } = value;
  return textureRows > 0 && shape.length === 4 && shape[1]! <= 4 && !outputs.includes(value) &&
    bytesOf(newCell(name, shape, "fours")) <= bindable &&
    nodes.every(({ op, attributes, inputs }) =>
      !inputs.includes(value) || op === "conv2d" && (attributes as Conv2dAttributes).group === 1
    );
}
