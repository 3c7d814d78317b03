/**
 * The statistics of a BatchNorm layer in training: exponentially decaying sums, as Caffe stores them.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/batch_norm_layer.cpp
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** The moving sums that BatchNorm stores, and their total weight. */
export interface StoredSums {
  /** The sum of the means of each channel. */
  readonly mean: Float32Array;
  /** The sum of the variances of each channel. */
  readonly variance: Float32Array;
  /** The sum of the weights of all batches, which decay. */
  readonly factor: number;
}

/** The statistics of one layer. */
export class Statistics {
  #sums: StoredSums;
  #changed = false;

  /**
   * Starts from stored sums.
   *
   * @param sums The sums before training.
   * @param fraction The factor of the old sums in each step, Caffe's `moving_average_fraction`.
   */
  constructor(sums: StoredSums, private readonly fraction: number) {
    this.#sums = sums;
  }

  /** The current sums, if a batch has changed them. */
  get changed(): StoredSums | undefined {
    return this.#changed ? this.#sums : undefined;
  }

  /** The mean of each channel, for inference. */
  get mean(): Float32Array {
    return this.#quotient(this.#sums.mean);
  }

  /** The variance of each channel, for inference. */
  get variance(): Float32Array {
    return this.#quotient(this.#sums.variance);
  }

  /** Adds the statistics of a batch whose channels are last. */
  async add(batch: tf.Tensor): Promise<void> {
    const axes = batch.shape.map((_, axis) => axis).slice(0, -1);
    const { mean, variance } = tf.tidy(() => tf.moments(batch, axes));
    const [means, variances] = await Promise.all([mean.data(), variance.data()]);
    tf.dispose([mean, variance]);
    const count = batch.size / batch.shape.at(-1)!;
    const correction = count > 1 ? count / (count - 1) : 1;
    const { fraction } = this;
    this.#sums = {
      mean: this.#sums.mean.map((sum, c) => fraction * sum + means[c]!),
      variance: this.#sums.variance.map((sum, c) => fraction * sum + correction * variances[c]!),
      factor: Math.fround(fraction * this.#sums.factor + 1),
    };
    this.#changed = true;
  }

  /** Assigns the mean and the variance to variables. */
  assignTo(mean: tf.Variable, variance: tf.Variable): void {
    for (const [variable, data] of [[mean, this.mean], [variance, this.variance]] as const) {
      const tensor = tf.tensor(data, variable.shape);
      variable.assign(tensor);
      tensor.dispose();
    }
  }

  #quotient(sums: Float32Array): Float32Array {
    const { factor } = this.#sums;
    return sums.map((sum) => factor === 0 ? 0 : sum / factor);
  }
}
