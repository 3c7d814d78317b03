/**
 * Prior boxes as a constant of an export: they depend on shapes only, and not on the batch.
 *
 * @module
 */
import { type Attributes, ops } from "../../runtime/ops/mod.ts";
import { count, type Shape } from "../../runtime/tensor.ts";

/** The numbers of a `priorBox` with an output shape, for inputs with some shapes. */
export function priorBoxes(
  attributes: Attributes["priorBox"],
  inputs: readonly Shape[],
  shape: Shape,
): Float32Array<ArrayBuffer> {
  const data = new Float32Array(count(shape));
  const unread = inputs.map((shape) => ({ shape, data: new Float32Array(0) }));
  ops.priorBox.reference(attributes, unread, { shape, data });
  return data;
}
