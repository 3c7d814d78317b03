/**
 * Fetches parts of each sample by their positions, which may be others in each.
 *
 * TensorFlow has an operation for it, `GatherV2` with `batch_dims`; but the wasm backend of
 * TensorFlow.js 4.22 answers wrongly there, and without an error.
 *
 * @module
 */
import type { TfBuilder } from "./builder.ts";
import type { TfValue } from "./node.ts";

/**
 * The slices of `[samples, extent, …]` that the whole numbers `[samples, count]` name:
 * `[samples, count, …]`.
 */
export function gatherEach(tf: TfBuilder, x: TfValue, positions: TfValue): TfValue {
  const [samples, extent, ...rest] = x.shape;
  // All samples as one list, in which those of a sample stand behind those of the samples before.
  const list = tf.reshape(x, [samples === -1 ? -1 : samples! * extent!, ...rest]);
  const first = tf.sliceAxis(positions, 1, 0, 1);
  const ones = tf.add(tf.multiply(first, tf.int(0)), tf.int(1));
  const before = tf.subtract(tf.cumulate(ones, 0), tf.int(1));
  return tf.gather(list, tf.add(positions, tf.multiply(before, tf.int(extent!))), 0);
}
