/**
 * Early classifiers: VGG CNN-S, R-CNN, age and gender of faces, SqueezeNet 1.1.
 *
 * @see https://arxiv.org/abs/1405.3531 Return of the Devil in the Details
 * @see https://arxiv.org/abs/1311.2524 Rich feature hierarchies (R-CNN)
 * @see https://arxiv.org/abs/1602.07360 SqueezeNet
 * @module
 */
import { conv, dense, globalPool, pool, relu } from "./blocks.ts";
import { type Fields, Prototxt, type Scale } from "./prototxt.ts";

/** Fully connected layers with ReLU and Dropout after each but the last, then a softmax. */
function classify(
  net: Prototxt,
  widths: readonly number[],
  classes: number,
  fields: Fields = {},
): void {
  for (const [i, width] of widths.entries()) {
    dense(net, `fc${6 + i}`, net.channels(width), fields);
    relu(net, `relu${6 + i}`);
    net.inPlace("Dropout", `drop${6 + i}`, { dropout_param: { dropout_ratio: 0.5 } });
  }
  dense(net, `fc${6 + widths.length}`, classes, fields);
  net.layer("Softmax", "prob");
}

/** VGG CNN-S, a V1 file. */
export function vggCnnS(scale: Scale): string {
  const net = new Prototxt("VGG_CNN_S", scale, true);
  net.input("data", [10, 3, ...net.size(224)], "input_dim");
  const unit = (i: number, output: number, kernel: number, settings: Fields = {}) => {
    conv(net, `conv${i}`, output, kernel, { convolution_param: settings });
    relu(net, `relu${i}`);
  };
  unit(1, 96, 7, { stride: 2 });
  net.layer("LRN", "norm1", { lrn_param: { local_size: 5, alpha: 0.0005, beta: 0.75, k: 2 } });
  pool(net, "pool1", "MAX", 3, 3);
  unit(2, 256, 5);
  pool(net, "pool2", "MAX", 2, 2);
  for (const i of [3, 4, 5]) unit(i, 512, 3, { pad: 1 });
  pool(net, "pool5", "MAX", 3, 3);
  classify(net, [4096, 4096], 1000);
  return net.toString();
}

/** The region classifier of R-CNN for the 200 classes of ILSVRC13; its outputs are SVM scores. */
export function rcnnIlsvrc13(scale: Scale): string {
  const net = new Prototxt("R-CNN-ilsvrc13", scale);
  net.layer("Input", "data", {
    bottom: [],
    input_param: { shape: { dim: [10, 3, ...net.size(227)] } },
  });
  const unit = (i: number, output: number, kernel: number, settings: Fields) => {
    conv(net, `conv${i}`, output, kernel, { convolution_param: settings });
    relu(net, `relu${i}`);
  };
  const poolAndNorm = (i: number) => {
    pool(net, `pool${i}`, "MAX", 3, 2);
    net.layer("LRN", `norm${i}`, { lrn_param: { local_size: 5, alpha: 0.0001, beta: 0.75 } });
  };
  unit(1, 96, 11, { stride: 4 });
  poolAndNorm(1);
  unit(2, 256, 5, { pad: 2, group: 2 });
  poolAndNorm(2);
  unit(3, 384, 3, { pad: 1 });
  unit(4, 384, 3, { pad: 1, group: 2 });
  unit(5, 256, 3, { pad: 1, group: 2 });
  pool(net, "pool5", "MAX", 3, 2);
  for (const i of [6, 7]) {
    dense(net, `fc${i}`, net.channels(4096));
    relu(net, `relu${i}`);
    net.inPlace("Dropout", `drop${i}`, { dropout_param: { dropout_ratio: 0.5 } });
  }
  dense(net, "fc-rcnn", 200);
  return net.toString();
}

/** Classifies faces into eight age groups; a V1 file. */
export const ageNet = (scale: Scale): string => faceNet("CaffeNet", 8, scale);
/** Classifies faces by gender. */
export const genderNet = (scale: Scale): string => faceNet("CaffeNet", 2, scale);

function faceNet(name: string, classes: number, scale: Scale): string {
  const net = new Prototxt(name, scale, true);
  net.input("data", [1, 3, ...net.size(227)], "input_dim");
  for (
    const [i, output, kernel, settings] of [
      [1, 96, 7, { stride: 4 }],
      [2, 256, 5, { pad: 2 }],
      [3, 384, 3, { pad: 1 }],
    ] as const
  ) {
    conv(net, `conv${i}`, output, kernel, { convolution_param: settings });
    relu(net, `relu${i}`);
    pool(net, i === 3 ? "pool5" : `pool${i}`, "MAX", 3, 2);
    if (i === 3) continue;
    net.layer("LRN", `norm${i}`, { lrn_param: { local_size: 5, alpha: 0.0001, beta: 0.75 } });
  }
  classify(net, [512, 512], classes);
  return net.toString();
}

/** SqueezeNet 1.1, which downsamples earlier than 1.0. */
export function squeezenet11(scale: Scale): string {
  const net = new Prototxt("squeezenet_v1.1", scale);
  net.layer("Input", "data", {
    bottom: [],
    input_param: { shape: { dim: [1, 3, ...net.size(227)] } },
  });
  const xavier = { weight_filler: { type: "xavier" } };
  conv(net, "conv1", 64, 3, { convolution_param: { stride: 2, ...xavier } });
  relu(net, "relu_conv1");
  pool(net, "pool1", "MAX", 3, 2);
  for (
    const [i, narrow, wide] of [
      [2, 16, 64],
      [3, 16, 64],
      [4, 32, 128],
      [5, 32, 128],
      [6, 48, 192],
      [7, 48, 192],
      [8, 64, 256],
      [9, 64, 256],
    ] as const
  ) {
    const fire = `fire${i}`;
    const squeezed = conv(net, `${fire}/squeeze1x1`, narrow, 1, { convolution_param: xavier });
    relu(net, `${fire}/relu_squeeze1x1`);
    conv(net, `${fire}/expand1x1`, wide, 1, { convolution_param: xavier });
    relu(net, `${fire}/relu_expand1x1`);
    conv(net, `${fire}/expand3x3`, wide, 3, {
      bottom: squeezed,
      convolution_param: { pad: 1, ...xavier },
    });
    relu(net, `${fire}/relu_expand3x3`);
    net.layer("Concat", `${fire}/concat`, {
      bottom: [`${fire}/expand1x1`, `${fire}/expand3x3`],
    });
    if (i === 3 || i === 5) pool(net, `pool${i}`, "MAX", 3, 2);
  }
  net.inPlace("Dropout", "drop9", { dropout_param: { dropout_ratio: 0.5 } });
  net.layer("Convolution", "conv10", {
    convolution_param: {
      num_output: 1000,
      kernel_size: 1,
      weight_filler: { type: "gaussian", mean: 0.0, std: 0.01 },
    },
  });
  relu(net, "relu_conv10");
  globalPool(net, "pool10");
  net.layer("Softmax", "prob");
  return net.toString();
}
