/**
 * Registers the gradients that training needs.
 *
 * The package `tfjs-core` has them in modules that only bundlers resolve; importing `tfjs-layers`
 * registers them. The WebAssembly backend lacks the kernel for the gradient of a convolution with
 * respect to its weights, which is a convolution itself.
 *
 * @module
 */
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";

const kernelName = "Conv2DBackpropFilter";

/** Prepares the current backend for training. */
export function prepareGradients(): void {
  const backendName = tf.getBackend();
  if (tf.getKernel(kernelName, backendName) !== undefined) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc({ inputs, attrs }) {
      const { strides, filterShape } = attrs as unknown as {
        strides: [number, number] | number;
        filterShape: [number, number, number, number];
      };
      const { x, dy } = inputs as unknown as Record<"x" | "dy", tf.Tensor4D>;
      return tf.tidy(() =>
        weightGradient(x, dy, [strides].flat() as [number, number], filterShape)
      );
    },
  });
}

/**
 * The gradient of a convolution without padding with respect to its weights: the images are
 * convolved with the output's gradient as weights, with N and the channels exchanged, so that the
 * sum is over N; strides become dilation.
 */
function weightGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  [stride_h, stride_w = stride_h]: [number, number?],
  [kernel_h, kernel_w]: readonly [number, number, number, number],
): tf.Tensor4D {
  const images = tf.transpose(x, [3, 1, 2, 0]);
  const weights = tf.transpose(dy, [1, 2, 0, 3]);
  const sums = tf.conv2d(images, weights, 1, "valid", "NHWC", [stride_h, stride_w]);
  // Where the last rows or columns of the image are in no window, there are more sums than weights.
  const cropped = tf.slice(sums, [0, 0, 0, 0], [-1, kernel_h, kernel_w, -1]);
  return tf.transpose(cropped, [1, 2, 0, 3]);
}
