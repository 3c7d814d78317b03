/**
 * A network with trainable layers, and helpers to train it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { seededRandom } from "../../examples/digits/random.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { Network } from "../../runtime/network.ts";
import type { NamedBytes } from "../../lib/named_file.ts";
import { TfCaffeNetwork, type TfCaffeOptions } from "../../lib/tf/mod.ts";
import { count, type Shape, type Tensor } from "../../runtime/tensor.ts";

/** A layer of a prototxt with one bottom. */
export const layer = (name: string, type: string, bottom: string, settings = "", top = name) =>
  `layer { name: "${name}" type: "${type}" bottom: "${bottom}" top: "${top}" ${settings} }`;

/** A filler of weights. */
export const xavier = 'weight_filler { type: "xavier" }';

/** A network with most kinds of trainable layers. */
const prototxt = [
  'name: "learner" input: "data" input_shape { dim: 4 dim: 2 dim: 7 dim: 9 }',
  layer(
    "conv",
    "Convolution",
    "data",
    `convolution_param { num_output: 4 kernel_size: 3 pad: 1
    stride: 2 ${xavier} }`,
  ),
  layer("bn", "BatchNorm", "conv", "batch_norm_param { moving_average_fraction: 0.5 }"),
  layer("scale", "Scale", "bn", "scale_param { bias_term: true }"),
  layer("relu", "ReLU", "scale", "", "scale"),
  layer(
    "dilated",
    "Convolution",
    "scale",
    `convolution_param { num_output: 4 kernel_size: 2
    dilation: 2 group: 2 pad: 1 ${xavier} }`,
  ),
  layer(
    "depthwise",
    "Convolution",
    "dilated",
    `convolution_param { num_output: 4 kernel_size: 3
    group: 4 pad: 1 ${xavier} }`,
  ),
  layer("norm", "LRN", "depthwise", "lrn_param { local_size: 3 }"),
  layer("pool", "Pooling", "norm", "pooling_param { kernel_size: 2 stride: 1 }"),
  layer("mean", "Pooling", "pool", "pooling_param { pool: AVE kernel_size: 2 stride: 2 pad: 1 }"),
  layer(
    "up",
    "Deconvolution",
    "mean",
    `convolution_param { num_output: 3 kernel_size: 3 stride: 2
    pad: 1 ${xavier} }`,
  ),
  layer("drop", "Dropout", "up", "dropout_param { dropout_ratio: 0.25 }", "up"),
  layer(
    "ip",
    "InnerProduct",
    "up",
    `inner_product_param { num_output: 5 transpose: true
    ${xavier} }`,
  ),
  layer("prob", "Softmax", "ip"),
].join("\n");

/** The network as a file. */
export const named: NamedBytes = {
  bytes: new TextEncoder().encode(prototxt),
  name: "learner.prototxt",
};

/** The network without dropout. */
export const steady: NamedBytes = {
  bytes: new TextEncoder().encode(prototxt.replace(/^.*type: "Dropout".*$/m, "")),
  name: "steady.prototxt",
};

/** Opens a network with reproducible fillers. */
export function open(options: TfCaffeOptions = {}, network = named): TfCaffeNetwork {
  return TfCaffeNetwork.fromCaffe(network, { random: seededRandom(7), ...options });
}

/** A tensor of varying numbers between −1 and 1. */
export function some(shape: Shape): Tensor {
  return { shape, data: Float32Array.from({ length: count(shape) }, (_, i) => Math.sin(3 * i)) };
}

/** An input of the network. */
export const batch: Tensor = some([4, 2, 7, 9]);

/** A tensor of TensorFlow.js. */
export function tensorOf({ shape, data }: Tensor): tf.Tensor {
  return tf.tensor(data, [...shape]);
}

/** The cross-entropy of the network's output, with one label for each sample. */
export function loss({ ip }: Record<string, tf.Tensor>): tf.Scalar {
  const wanted = tf.oneHot([0, 1, 2, 3], 5);
  return tf.losses.softmaxCrossEntropy(wanted, ip!);
}

/** The learned blobs of a caffemodel, by the layers' names. */
export function blobsOf(bytes: Uint8Array): Map<string, number[][]> {
  const { layers } = readNet(bytes);
  return new Map(
    layers.filter(({ blobs }) => blobs.length > 0)
      .map(({ name, blobs }) => [name, blobs.map(({ data }) => [...data])]),
  );
}

/** The numbers of tensors. */
export async function values(
  tensors: ReadonlyMap<string, tf.Tensor>,
): Promise<Map<string, Float32Array>> {
  return new Map(
    await Promise.all(
      [...tensors].map(async ([name, tensor]) =>
        [name, (await tensor.data<"float32">()).slice()] as const
      ),
    ),
  );
}

/** The first output of a bundle for the input, on the CPU. */
export async function answers(bundle: Uint8Array, outputs?: readonly string[]): Promise<Tensor> {
  const network = await Network.load(bundle, { device: "cpu" });
  const results = await network.run({ data: batch }, outputs && { outputs });
  network.destroy();
  return Object.values(results)[0]!;
}
