/**
 * A LeNet that is trained with TensorFlow.js, and exports its weights in Caffe's layout.
 *
 * Each layer computes its own gradients, with operations that every backend has: TensorFlow.js has
 * its gradients in modules that only bundlers resolve, and its WebAssembly backend lacks those of
 * convolution and pooling.
 *
 * Images are `[N, H, W, C]`, which all backends support. Caffe's are `[N, C, H, W]`, so the values
 * are transposed before `ip1`, and `blobs` transposes the weights.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { normal, type Random } from "../../examples/digits/random.ts";
import { count, type Shape, type Shape4, type Tensor } from "../../runtime/tensor.ts";

/** The output of a layer, and its backward pass. */
interface Step {
  readonly y: tf.Tensor;
  /** The gradients with respect to the layer's weights, by name, from that with respect to `y`. */
  readonly gradients?: (dy: tf.Tensor) => Record<string, tf.Tensor>;
  /** The gradient with respect to the layer's input, from that with respect to `y`. */
  readonly back: (dy: tf.Tensor) => tf.Tensor;
}

/** The network. Its weights are in the backend's memory until `dispose`. */
export class LeNet {
  readonly #weights: Record<string, tf.Variable> = {};

  readonly #layers = [
    (x: tf.Tensor) => this.#convolution("conv1", x),
    maxPooling,
    (x: tf.Tensor) => this.#convolution("conv2", x),
    maxPooling,
    flatten,
    (x: tf.Tensor) => this.#innerProduct("ip1", x),
    relu,
    (x: tf.Tensor) => this.#innerProduct("ip2", x),
  ];

  constructor(random: Random) {
    this.#add("conv1", [5, 5, 1, 12], random);
    this.#add("conv2", [5, 5, 12, 24], random);
    this.#add("ip1", [24 * 4 * 4, 96], random);
    this.#add("ip2", [96, 10], random);
  }

  /** The scores of the ten digits, `[N, 10]`, before Softmax, for images `[N, 28, 28, 1]`. */
  scores(images: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.#layers.reduce((x, layer) => layer(x).y, images));
  }

  /** Makes one training step, and returns the loss. */
  learn(images: tf.Tensor, digits: tf.Tensor, optimizer: tf.Optimizer): tf.Scalar {
    const { loss, ...gradients } = tf.tidy(() => {
      const steps: Step[] = [];
      let x = images;
      for (const layer of this.#layers) {
        const step = layer(x);
        steps.push(step);
        x = step.y;
      }
      const logs = tf.logSoftmax(x);
      const wanted = tf.oneHot(digits, 10);
      const loss = tf.neg(tf.mean(tf.sum(tf.mul(logs, wanted), 1)));

      const gradients: Record<string, tf.Tensor> = {};
      let dy = tf.div(tf.sub(tf.exp(logs), wanted), images.shape[0]!);
      for (const [i, step] of [...steps.entries()].reverse()) {
        Object.assign(gradients, step.gradients?.(dy));
        // The gradient with respect to the images is not needed.
        if (i > 0) dy = step.back(dy);
      }
      return { ...gradients, loss } as Record<string, tf.Tensor>;
    });
    const named = Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    optimizer.applyGradients(named);
    tf.dispose(gradients);
    return loss as tf.Scalar;
  }

  /** A layer's weights and bias in Caffe's layout: `[O, I, kH, kW]` or `[O, K]`, and `[O]`. */
  async blobs(layer: string): Promise<Tensor[]> {
    const weights = this.#weight(layer);
    const order = weights.rank === 4 ? [3, 2, 0, 1] : [1, 0];
    const transposed = tf.transpose(weights, order);
    const blobs = [await read(transposed), await read(this.#bias(layer))];
    transposed.dispose();
    return blobs;
  }

  /** Frees the weights. */
  dispose(): void {
    tf.dispose(this.#weights);
  }

  /** Adds weights `[kH, kW, I, O]` or `[K, O]` with He initialization, and a bias. */
  #add(layer: string, shape: Shape, random: Random): void {
    const outputs = shape.at(-1)!;
    const deviation = Math.sqrt(2 * outputs / count(shape));
    const values = Float32Array.from({ length: count(shape) }, () => deviation * normal(random));
    const add = (name: string, initial: tf.Tensor) => {
      this.#weights[name] = tf.variable(initial, true, name);
      initial.dispose();
    };
    add(`${layer}.weights`, tf.tensor(values, [...shape]));
    add(`${layer}.bias`, tf.zeros([outputs]));
  }

  #weight(layer: string): tf.Variable {
    return this.#weights[`${layer}.weights`]!;
  }

  #bias(layer: string): tf.Variable {
    return this.#weights[`${layer}.bias`]!;
  }

  #convolution(layer: string, x: tf.Tensor): Step {
    const images = x as tf.Tensor4D;
    const weights = this.#weight(layer) as tf.Tensor as tf.Tensor4D;
    return {
      y: tf.add(tf.conv2d(images, weights, 1, "valid"), this.#bias(layer)),
      gradients: (dy) => ({
        // The gradient with respect to the weights is itself a convolution, of the images with dy as
        // weights, which sums over N as a convolution sums over its input channels.
        [`${layer}.weights`]: tf.transpose(
          tf.conv2d(
            tf.transpose(images, [3, 1, 2, 0]),
            tf.transpose(dy as tf.Tensor4D, [1, 2, 0, 3]),
            1,
            "valid",
          ),
          [1, 2, 0, 3],
        ),
        [`${layer}.bias`]: tf.sum(dy, [0, 1, 2]),
      }),
      back: (dy) => tf.conv2dTranspose(dy as tf.Tensor4D, weights, images.shape, 1, "valid"),
    };
  }

  #innerProduct(layer: string, x: tf.Tensor): Step {
    const weights = this.#weight(layer);
    return {
      y: tf.add(tf.matMul(x, weights), this.#bias(layer)),
      gradients: (dy) => ({
        [`${layer}.weights`]: tf.matMul(x, dy, true),
        [`${layer}.bias`]: tf.sum(dy, 0),
      }),
      back: (dy) => tf.matMul(dy, weights, false, true),
    };
  }
}

/** Max pooling with windows and strides of 2×2. */
function maxPooling(x: tf.Tensor): Step {
  const [n, h, w, c] = x.shape as Shape4;
  const windows = tf.reshape(x, [n, h / 2, 2, w / 2, 2, c]);
  const highest = tf.max(windows, [2, 4], true);
  return {
    y: tf.reshape(highest, [n, h / 2, w / 2, c]),
    back: (dy) => {
      const isHighest = tf.cast(tf.equal(windows, highest), "float32");
      return tf.reshape(tf.mul(isHighest, tf.reshape(dy, highest.shape)), x.shape);
    },
  };
}

/** Flattens `[N, H, W, C]` to `[N, K]`, in Caffe's order: C, H, W. */
function flatten(x: tf.Tensor): Step {
  const channelsFirst = tf.transpose(x, [0, 3, 1, 2]);
  return {
    y: tf.reshape(channelsFirst, [x.shape[0]!, -1]),
    back: (dy) => tf.transpose(tf.reshape(dy, channelsFirst.shape), [0, 2, 3, 1]),
  };
}

function relu(x: tf.Tensor): Step {
  return {
    y: tf.relu(x),
    back: (dy) => tf.mul(dy, tf.cast(tf.greater(x, 0), "float32")),
  };
}

async function read(tensor: tf.Tensor): Promise<Tensor> {
  return { shape: tensor.shape, data: await tensor.data<"float32">() };
}
