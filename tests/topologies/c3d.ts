/**
 * C3D: 3D convolutions over 16 consecutive video frames.
 *
 * @see https://arxiv.org/abs/1412.0767 Learning Spatiotemporal Features with 3D Convolutional Networks
 * @see https://github.com/facebookarchive/C3D/blob/master/examples/c3d_train_ucf101/conv3d_ucf101_deploy.prototxt
 * @module
 */
import { Prototxt, type Scale } from "./prototxt.ts";

const rates = { blobs_lr: [1, 2], weight_decay: [1, 0] };

/** The network for the 101 actions of UCF101, in the V1 format. */
export function c3d(scale: Scale): string {
  const net = new Prototxt("deep_c3d_ucf101", scale, true);
  net.input("data", [1, 3, 16, ...net.size(112)], "input_dim");
  for (const [i, width] of [64, 128, 256, 256, 256].entries()) {
    const group = i + 1, isFirst = i === 0;
    net.layer("Convolution3D", `conv${group}a`, {
      ...rates,
      convolution_param: {
        num_output: net.channels(width),
        kernel_size: 3,
        kernel_depth: 3,
        pad: 1,
        temporal_pad: 1,
        ...(isFirst && { stride: 1 }),
        weight_filler: { type: "gaussian", std: 0.01 },
        bias_filler: { type: "constant", value: isFirst ? 0 : 1 },
      },
    });
    net.inPlace("ReLU", `relu${group}a`);
    net.layer("Pooling3D", `pool${group}`, {
      pooling_param: {
        pool: "MAX",
        kernel_size: 2,
        kernel_depth: isFirst ? 1 : 2,
        stride: 2,
        temporal_stride: isFirst ? 1 : 2,
      },
    });
  }
  const dense = (name: string, output: number, std: number, bias: number) =>
    net.layer("InnerProduct", name, {
      ...rates,
      inner_product_param: {
        num_output: output,
        weight_filler: { type: "gaussian", std },
        bias_filler: { type: "constant", value: bias },
      },
    });
  for (const i of [6, 7]) {
    dense(`fc${i}`, net.channels(2048), 0.005, 1);
    net.inPlace("ReLU", `relu${i}`);
    net.inPlace("Dropout", `drop${i}`, { dropout_param: { dropout_ratio: 0.5 } });
  }
  dense("fc8", 101, 0.01, 0);
  net.layer("Softmax", "prob");
  return net.toString();
}
