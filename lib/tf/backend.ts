/**
 * Finds out whether the backend of TensorFlow.js computes what it should: with some drivers it has
 * answered zeros.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/**
 * Asks the current backend something whose answer is known.
 *
 * @throws {Error} if there is no backend, or it answers wrongly.
 */
export async function checkBackend(): Promise<void> {
  await tf.ready();
  const answer = tf.tidy(() => {
    const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const weights = tf.tensor4d([1, -1, 2, 1], [2, 2, 1, 1]);
    return tf.relu(tf.sub(tf.conv2d(image, weights, 1, "valid"), 14));
  });
  const values = [...await answer.data()];
  answer.dispose();
  // 1 − 2 + 2·4 + 5 = 12, and 15, 21, 24 beside and below it.
  if (values.join() === "0,1,7,10") return;
  throw new Error(
    `Cannot run with TensorFlow.js: its backend "${tf.getBackend()}" answers ${
      values.join(", ")
    } ` +
      `where 0, 1, 7, 10 is right; take another backend`,
  );
}
