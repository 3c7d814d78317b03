/**
 * The gradients that training needs, where TensorFlow.js has not brought them in.
 *
 * Its core keeps them in modules that only a bundler finds; its layers bring them in. The
 * WebAssembly backend lacks the kernel for the gradient by the weights of a convolution, which is a
 * convolution itself.
 *
 * @module
 */
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";

const kernelName = "Conv2DBackpropFilter";

/** Makes the current backend ready to learn. */
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
      return tf.tidy(() => byWeights(x, dy, [strides].flat() as [number, number], filterShape));
    },
  });
}

/**
 * The gradient by the weights of a convolution without padding: the images are convolved with the
 * gradient as weights, which sums over N as a convolution sums over its input channels; strides
 * become dilation.
 */
function byWeights(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  [down, right = down]: [number, number?],
  [kernel_h, kernel_w]: readonly [number, number, number, number],
): tf.Tensor4D {
  const images = tf.transpose(x, [3, 1, 2, 0]);
  const weights = tf.transpose(dy, [1, 2, 0, 3]);
  const sums = tf.conv2d(images, weights, 1, "valid", "NHWC", [down, right]);
  // Rows and columns that no window has reached leave something over.
  const cut = tf.slice(sums, [0, 0, 0, 0], [-1, kernel_h, kernel_w, -1]);
  return tf.transpose(cut, [1, 2, 0, 3]);
}
