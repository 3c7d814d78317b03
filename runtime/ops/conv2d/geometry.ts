/**
 * The constants of shaders that slide windows over images, forwards or transposed.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import type { Conv2dAttributes } from "./attributes.ts";

/** Where the windows lie, and how channels are grouped. */
type WindowAttributes = Pick<
  Conv2dAttributes,
  "kernel" | "stride" | "pad" | "dilation" | "group"
>;

/** The constants that say where the windows lie. */
export function geometry(
  { kernel, stride, pad, dilation, group }: WindowAttributes,
  input: Shape,
  output: Shape,
): Record<string, number> {
  return {
    kernel_h: kernel[0],
    kernel_w: kernel[1],
    stride_h: stride[0],
    stride_w: stride[1],
    pad_h: pad[0],
    pad_w: pad[1],
    dilation_h: dilation[0],
    dilation_w: dilation[1],
    channels: input[1]!,
    height: input[2]!,
    width: input[3]!,
    outputs: output[1]!,
    rows: output[2]!,
    columns: output[3]!,
    group_inputs: input[1]! / group,
    group_outputs: output[1]! / group,
  };
}
