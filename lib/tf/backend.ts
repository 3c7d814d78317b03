/**
 * Checks the arithmetic of the TensorFlow.js backend: with some drivers it returns zeros.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/**
 * Runs a small convolution with a known result on the current backend.
 *
 * @throws {Error} if there is no backend, or its result is wrong.
 */
export async function checkBackend(): Promise<void> {
  await tf.ready();
  const result = tf.tidy(() => {
    const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const weights = tf.tensor4d([1, -1, 2, 1], [2, 2, 1, 1]);
    return tf.relu(tf.sub(tf.conv2d(image, weights, 1, "valid"), 14));
  });
  const values = [...await result.data()];
  result.dispose();
  // 1 − 2 + 2·4 + 5 = 12, and 15, 21, 24 beside and below it.
  if (values.join() === "0,1,7,10") return;
  throw new Error(
    `Cannot run with TensorFlow.js: its backend "${tf.getBackend()}" returned ` +
      `${values.join(", ")} instead of 0, 1, 7, 10 for a small convolution; use another backend`,
  );
}
