/**
 * Colorful Image Colorization: predicts a distribution over 313 quantized colours for each pixel from
 * the lightness, and its mean.
 *
 * @see https://arxiv.org/abs/1603.08511 Colorful Image Colorization
 * @module
 */
import { conv, relu } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

/** The second version of the network. */
export function colorization(scale: Scale): string {
  const net = new Prototxt("LtoAB", scale);
  net.layer("Input", "data_l", {
    bottom: [],
    input_param: { shape: { dim: [1, 1, ...net.size(224)] } },
  });
  const frozen = Array(3).fill({ lr_mult: 0, decay_mult: 0 });
  /** Number, channels of its layers, dilation, and whether the last layer has a stride of 2. */
  const stages = [
    { stage: 1, widths: [64, 64], dilation: 1 },
    { stage: 2, widths: [128, 128], dilation: 1 },
    { stage: 3, widths: [256, 256, 256], dilation: 1 },
    { stage: 4, widths: [512, 512, 512], dilation: 1 },
    { stage: 5, widths: [512, 512, 512], dilation: 2 },
    { stage: 6, widths: [512, 512, 512], dilation: 2 },
    { stage: 7, widths: [512, 512, 512], dilation: 1 },
  ];
  for (const { stage, widths, dilation } of stages) {
    for (const [i, width] of widths.entries()) {
      const isLast = i === widths.length - 1, halves = stage <= 3 && isLast;
      const name = `${stage === 1 && i === 0 ? "bw_" : ""}conv${stage}_${i + 1}`;
      conv(net, name, width, 3, {
        convolution_param: {
          ...(halves && { stride: 2 }),
          ...(stage > 3 && { stride: 1 }),
          pad: dilation,
          ...(stage > 3 && { dilation }),
        },
      });
      relu(net, `relu${stage}_${i + 1}`);
    }
    const name = `conv${stage}_${widths.length}norm`;
    net.layer("BatchNorm", name, { batch_norm_param: {}, param: frozen });
  }
  net.layer("Deconvolution", "conv8_1", {
    convolution_param: {
      num_output: net.channels(256),
      kernel_size: 4,
      stride: 2,
      pad: 1,
      dilation: 1,
    },
  });
  relu(net, "relu8_1");
  for (const i of [2, 3]) {
    conv(net, `conv8_${i}`, 256, 3, { convolution_param: { pad: 1, stride: 1, dilation: 1 } });
    relu(net, `relu8_${i}`);
  }
  net.layer("Convolution", "conv8_313", {
    convolution_param: { num_output: 313, kernel_size: 1, stride: 1, dilation: 1 },
  });
  net.layer("Scale", "conv8_313_rh", {
    scale_param: { bias_term: false, filler: { type: "constant", value: 2.606 } },
  });
  net.layer("Softmax", "class8_313_rh");
  net.layer("Convolution", "class8_ab", {
    convolution_param: { num_output: 2, kernel_size: 1, stride: 1, dilation: 1 },
  });
  return net.toString();
}
