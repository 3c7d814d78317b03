/**
 * What detectors have in common in ONNX's operators. A box is left, top, right and bottom.
 *
 * @module
 */
import type { OnnxBuilder } from "./builder.ts";
import type { OnnxValue } from "./node.ts";

/** The first two numbers of each box, and the last two. */
export function halves(onnx: OnnxBuilder, boxes: OnnxValue): [OnnxValue, OnnxValue] {
  const axis = boxes.shape.length - 1;
  return [onnx.sliceAxis(boxes, axis, 0, 2), onnx.sliceAxis(boxes, axis, 2, 2)];
}

/** Boxes `[…, 4]` from their middles and half their extents, `[…, 2]`. */
export function around(onnx: OnnxBuilder, middle: OnnxValue, half: OnnxValue): OnnxValue {
  const axis = middle.shape.length - 1;
  return onnx.concat([onnx.subtract(middle, half), onnx.add(middle, half)], axis);
}

/** The places among the candidates that a suppression has selected, `[selected]`. */
export function placesOf(onnx: OnnxBuilder, selected: OnnxValue): OnnxValue {
  return onnx.reshape(onnx.gather(selected, onnx.ints([2]), 1), [-1]);
}

/** Rows `[found, 7]` as `[1, 1, found, 7]`; if there is none, one an image: its number, and −1. */
export function orNothing(onnx: OnnxBuilder, rows: OnnxValue, batch: number): OnnxValue {
  const nothing = new Float32Array(batch * 7).fill(-1);
  for (let n = 0; n < batch; n++) nothing[n * 7] = n;
  const all = onnx.concat([rows, onnx.floats([batch, 7], nothing)], 0);
  const isNothing = onnx.compare("Equal", onnx.length(rows), onnx.ints([0]));
  const end = onnx.where(isNothing, onnx.ints([batch]), onnx.length(rows));
  const axis = onnx.ints([0]);
  return onnx.reshape(onnx.node("Slice", [all, axis, end, axis], [-1, 7]), [1, 1, -1, 7]);
}

/** The largest number of float32 below a positive one; all are above any other. */
export function below(value: number): number {
  if (value <= 0) return -Infinity;
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0]!--;
  return new Float32Array(bits.buffer)[0]!;
}
