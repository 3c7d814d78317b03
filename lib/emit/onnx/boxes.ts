/**
 * The common parts of detectors in ONNX's operators. A box is `[left, top, right, bottom]`.
 *
 * @module
 */
import type { OnnxBuilder } from "./builder.ts";
import type { OnnxValue } from "./node.ts";

/** The top left corner of each box, and the bottom right one. */
export function halves(onnx: OnnxBuilder, boxes: OnnxValue): [OnnxValue, OnnxValue] {
  const axis = boxes.shape.length - 1;
  return [onnx.sliceAxis(boxes, axis, 0, 2), onnx.sliceAxis(boxes, axis, 2, 2)];
}

/** Boxes `[…, 4]` from their centers and half their extents, `[…, 2]`. */
export function boxesAround(onnx: OnnxBuilder, center: OnnxValue, half: OnnxValue): OnnxValue {
  const axis = center.shape.length - 1;
  return onnx.concat([onnx.subtract(center, half), onnx.add(center, half)], axis);
}

/** The indices of the candidates that non-maximum suppression has selected, `[selected]`. */
export function indicesOf(onnx: OnnxBuilder, selected: OnnxValue): OnnxValue {
  return onnx.reshape(onnx.gather(selected, onnx.ints([2]), 1), [-1]);
}

/**
 * Detections `[found, 7]` as `[1, 1, found, 7]`. Without any, there is one row per image: its number,
 * and −1 in the other columns.
 */
export function orPlaceholders(onnx: OnnxBuilder, rows: OnnxValue, batch: number): OnnxValue {
  const placeholders = new Float32Array(batch * 7).fill(-1);
  for (let n = 0; n < batch; n++) placeholders[n * 7] = n;
  const all = onnx.concat([rows, onnx.floats([batch, 7], placeholders)], 0);
  const isEmpty = onnx.compare("Equal", onnx.length(rows), onnx.ints([0]));
  const end = onnx.where(isEmpty, onnx.ints([batch]), onnx.length(rows));
  const axis = onnx.ints([0]);
  return onnx.reshape(onnx.node("Slice", [all, axis, end, axis], [-1, 7]), [1, 1, -1, 7]);
}

/** The largest float32 below a positive one; −∞ for others, since scores and IoUs exceed them all. */
export function below(value: number): number {
  if (value <= 0) return -Infinity;
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0]!--;
  return new Float32Array(bits.buffer)[0]!;
}
