/**
 * Inputs of networks in text format.
 *
 * @module
 */
import type { Shape } from "../runtime/tensor.ts";

/** The `dim` fields of a shape. */
export function dimsOf(shape: Shape): string {
  return shape.map((extent) => `dim: ${extent}`).join(" ");
}

/** An input with its shape. */
export function inputText(name: string, shape: Shape): string {
  return `input: "${name}" input_shape { ${dimsOf(shape)} }\n`;
}
