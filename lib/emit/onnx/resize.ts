/**
 * ONNX's Resize of images.
 *
 * @module
 */
import type { Shape } from "../../../runtime/tensor.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { OnnxAttributes, OnnxValue } from "./node.ts";

/**
 * Resizes images `[N, C, H, W]` to a shape. Scales are given for all axes: ONNX Runtime, which moves
 * transpositions across Resize, takes those of some `axes` for all.
 */
export function resize(
  onnx: OnnxBuilder,
  x: OnnxValue,
  shape: Shape,
  attributes: OnnxAttributes,
): OnnxValue {
  const scale = (axis: 2 | 3) => scaleOf(x.shape[axis]!, shape[axis]!);
  const scales = onnx.floats([4], Float32Array.of(1, 1, scale(2), scale(3)));
  return onnx.node("Resize", [x, undefined, scales], shape, attributes);
}

/** The least float32 whose product with an extent reaches another one, so that it is not rounded off. */
function scaleOf(from: number, to: number): number {
  const scale = Math.fround(to / from);
  return scale * from < to ? Math.fround(scale * (1 + 2 ** -23)) : scale;
}
