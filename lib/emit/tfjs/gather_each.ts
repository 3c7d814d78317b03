/**
 * Gathers slices of each sample by indices of its own.
 *
 * TensorFlow has `GatherV2` with `batch_dims` for it; but the wasm backend of TensorFlow.js 4.22
 * silently gives wrong results for that.
 *
 * @module
 */
import type { TfBuilder } from "./builder.ts";
import type { TfValue } from "./node.ts";

/** The slices of `[samples, extent, …]` at indices `[samples, count]`: `[samples, count, …]`. */
export function gatherEach(tf: TfBuilder, x: TfValue, positions: TfValue): TfValue {
  const [samples, extent, ...rest] = x.shape;
  // All samples as one list, with each sample's indices offset by those before it.
  const list = tf.reshape(x, [samples === -1 ? -1 : samples! * extent!, ...rest]);
  const first = tf.sliceAxis(positions, 1, 0, 1);
  const ones = tf.add(tf.multiply(first, tf.int(0)), tf.int(1));
  const before = tf.subtract(tf.cumulate(ones, 0), tf.int(1));
  return tf.gather(list, tf.add(positions, tf.multiply(before, tf.int(extent!))), 0);
}
