/**
 * LightCNN for face recognition, with max-feature-map activations: the maximum of two channels each.
 *
 * @see https://github.com/AlfredXiangWu/face_verification_experiment
 * @module
 */
import { rates } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

/** Convolutions with their channels before the max-feature-map and kernels; a number is a pooling. */
const LAYERS: readonly (readonly [name: string, output: number, kernel: number] | number)[] = [
  ["1", 96, 5],
  1,
  ["2a", 96, 1],
  ["2", 192, 3],
  2,
  ["3a", 192, 1],
  ["3", 384, 3],
  3,
  ["4a", 384, 1],
  ["4", 256, 3],
  ["5a", 256, 1],
  ["5", 256, 3],
  4,
];

/** The network with nine convolutions. */
export function lightCnn(scale: Scale): string {
  const net = new Prototxt("LightenedCNN", scale);
  net.input("data", [1, 1, ...net.size(128)], "input_dim");
  for (const layer of LAYERS) {
    if (typeof layer === "number") {
      net.layer("Pooling", `pool${layer}`, {
        pooling_param: { pool: "MAX", kernel_size: 2, stride: 2 },
      });
      continue;
    }
    const [name, output, kernel] = layer;
    net.layer("Convolution", `conv${name}`, {
      param: rates,
      convolution_param: {
        num_output: net.channels(output),
        ...{ kernel_size: kernel, stride: 1, pad: (kernel - 1) / 2 },
        weight_filler: { type: "xavier" },
        bias_filler: { type: "constant", value: 0.1 },
      },
    });
    larger(net, name);
  }
  net.layer("InnerProduct", "fc1", {
    inner_product_param: { num_output: net.channels(512), weight_filler: { type: "xavier" } },
  });
  larger(net, "_fc1");
  net.inPlace("Dropout", "drop1", { dropout_param: { dropout_ratio: 0.7 } });
  net.layer("InnerProduct", "fc2", {
    inner_product_param: { num_output: net.channels(10575), weight_filler: { type: "xavier" } },
  });
  net.layer("Softmax", "softmax");
  return net.toString();
}

function larger(net: Prototxt, name: string): void {
  const halves = [`slice${name}_1`, `slice${name}_2`];
  net.layer("Slice", `slice${name}`, { top: halves, slice_param: { slice_dim: 1 } });
  net.layer("Eltwise", `etlwise${name}`, {
    bottom: halves,
    eltwise_param: { operation: "MAX" },
  });
}
