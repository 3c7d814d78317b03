/**
 * Makes a step of an optimizer that frees all tensors, even if it fails.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/**
 * Changes variables so that a loss decreases.
 *
 * @returns The loss before the step.
 * @throws What the loss throws; then the variables stay as they are.
 */
export function minimize(
  optimizer: tf.Optimizer,
  loss: () => tf.Scalar,
  variables: tf.Variable[],
): tf.Scalar {
  let failure: { readonly cause: unknown; readonly value: tf.Scalar } | undefined;
  // TensorFlow.js frees what it keeps for gradients only once the loss is computed. One without a
  // gradient changes nothing: the optimizer refuses it after that.
  const attempt = () => {
    try {
      return loss();
    } catch (cause) {
      failure = { cause, value: tf.scalar(0) };
      return failure.value;
    }
  };
  try {
    return optimizer.minimize(attempt, true, variables)!;
  } catch (error) {
    failure?.value.dispose();
    throw failure === undefined ? error : failure.cause;
  }
}
