/**
 * The network of the digits example, for a caffemodel that needs no prototxt. It is the same network
 * as in `examples/digits/deploy.prototxt`.
 *
 * @module
 */
import type { WrittenLayer, WrittenNet, WrittenParam } from "../../lib/caffe/write.ts";
import { layers } from "../../lib/layers/mod.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/**
 * The network with its learned blobs.
 *
 * @param blobs The weights and biases of layers, by layer name.
 */
export function digitsNetwork(blobs: Readonly<Record<string, readonly Tensor[]>>): WrittenNet {
  const layer = (
    name: string,
    type: string,
    bottom: string | undefined,
    top: string,
    settings: object = {},
  ): WrittenLayer => ({
    name,
    type,
    bottoms: bottom === undefined ? [] : [bottom],
    tops: [top],
    blobs: blobs[name] ?? [],
    params: paramsOf(type, settings),
  });
  const windows = { pool: "MAX", kernel_size: 2, stride: 2 };
  return {
    name: "digits",
    layers: [
      layer("data", "Input", undefined, "data", { shape: [{ dim: [1, 1, 28, 28] }] }),
      layer("conv1", "Convolution", "data", "conv1", { num_output: 12, kernel_size: [5] }),
      layer("pool1", "Pooling", "conv1", "pool1", windows),
      layer("conv2", "Convolution", "pool1", "conv2", { num_output: 24, kernel_size: [5] }),
      layer("pool2", "Pooling", "conv2", "pool2", windows),
      layer("ip1", "InnerProduct", "pool2", "ip1", { num_output: 96 }),
      layer("relu1", "ReLU", "ip1", "ip1"),
      layer("ip2", "InnerProduct", "ip1", "ip2", { num_output: 10 }),
      layer("prob", "Softmax", "ip2", "prob"),
    ],
  };
}

/** Settings in the message of a layer type; no message if there are none. */
function paramsOf(type: string, value: object): WrittenParam[] {
  if (Object.keys(value).length === 0) return [];
  return [{ field: layers.get(type)!.param!, value }];
}
