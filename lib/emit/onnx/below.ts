/**
 * Bounds that may be reached, where ONNX has those that must be exceeded.
 *
 * @module
 */

/** The largest number of float32 below a positive one; all are above any other. */
export function below(value: number): number {
  if (value <= 0) return -Infinity;
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0]!--;
  return new Float32Array(bits.buffer)[0]!;
}
