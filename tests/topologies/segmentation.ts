/**
 * Segmentation and edge detection on VGG 16: FCN-8s, DeepLab-LargeFOV, SegNet and HED.
 *
 * @module
 */
import { conv, pool, rates, relu } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";
import { vgg16 } from "./vgg.ts";

/** Adds a convolution for scores; its number of channels is not scaled. */
function score(net: Prototxt, name: string, bottom: string, classes: number, top = name): void {
  net.layer("Convolution", name, {
    bottom,
    top,
    param: rates,
    convolution_param: { num_output: classes, pad: 0, kernel_size: 1 },
  });
}

/**
 * FCN-8s for VOC: scores of three stages, upsampled, cropped and added.
 *
 * @see https://arxiv.org/abs/1411.4038 Fully Convolutional Networks for Semantic Segmentation
 */
export function fcn8s(scale: Scale): string {
  const net = new Prototxt("voc-fcn8s", scale);
  net.layer("Input", "input", {
    bottom: [],
    top: "data",
    input_param: { shape: { dim: [1, 3, ...net.size(500)] } },
  });
  vgg16(net, { firstPad: 100 });
  pool(net, "pool5", "MAX", 2, 2);
  for (const [number, kernel] of [[6, 7], [7, 1]] as const) {
    conv(net, `fc${number}`, 4096, kernel, { param: rates, convolution_param: { pad: 0 } });
    relu(net, `relu${number}`);
    net.inPlace("Dropout", `drop${number}`, { dropout_param: { dropout_ratio: 0.5 } });
  }
  const enlarge = (name: string, stride: number) =>
    net.layer("Deconvolution", name, {
      param: { lr_mult: 0 },
      convolution_param: {
        num_output: 21,
        bias_term: false,
        kernel_size: 2 * stride,
        stride,
      },
    });
  score(net, "score_fr", net.last, 21);
  enlarge("upscore2", 2);
  for (const [stage, offset, up] of [[4, 5, "upscore_pool4"], [3, 9, "upscore8"]] as const) {
    const above = net.last;
    score(net, `score_pool${stage}`, `pool${stage}`, 21);
    net.layer("Crop", `score_pool${stage}c`, {
      bottom: [`score_pool${stage}`, above],
      crop_param: { axis: 2, offset },
    });
    net.layer("Eltwise", `fuse_pool${stage}`, {
      bottom: [above, `score_pool${stage}c`],
      eltwise_param: { operation: "SUM" },
    });
    enlarge(up, stage === 4 ? 2 : 8);
  }
  net.layer("Crop", "score", { bottom: [net.last, "data"], crop_param: { axis: 2, offset: 31 } });
  return net.toString();
}

/**
 * DeepLab-LargeFOV, a V1 file with dilated convolutions (`hole`).
 *
 * @see https://arxiv.org/abs/1412.7062 Semantic Image Segmentation with Deep Convolutional Nets
 */
export function deeplabLargeFov(scale: Scale): string {
  const net = new Prototxt("vgg16_128_4096_fov", scale, true);
  net.input("data", [1, 3, ...net.size(513)], "input_dim");
  const halving = [3, 2, 1] as const, keeping = [3, 1, 1] as const;
  vgg16(net, {
    fields: v1Rates,
    pools: { pool1: halving, pool2: halving, pool3: halving, pool4: keeping },
    conv5: { pad: 2, hole: 2 },
  });
  pool(net, "pool5", "MAX", 3, 1, { pooling_param: { pad: 1 } });
  pool(net, "pool5a", "AVE", 3, 1, { pooling_param: { pad: 1 } });
  conv(net, "fc6", 1024, 3, {
    ...v1Rates,
    strict_dim: false,
    convolution_param: { pad: 12, hole: 12 },
  });
  relu(net, "relu6");
  net.inPlace("Dropout", "drop6", { dropout_param: { dropout_ratio: 0.5 } });
  conv(net, "fc7", 1024, 1, { ...v1Rates, strict_dim: false });
  relu(net, "relu7");
  net.inPlace("Dropout", "drop7", { dropout_param: { dropout_ratio: 0.5 } });
  net.layer("Convolution", "fc8_voc12", {
    ...v1Rates,
    strict_dim: false,
    convolution_param: {
      num_output: 21,
      kernel_size: 1,
      weight_filler: { type: "gaussian", std: 0.01 },
      bias_filler: { type: "constant", value: 0 },
    },
  });
  net.layer("Interp", "fc8_interp", { interp_param: { zoom_factor: 8 } });
  return net.toString();
}

const v1Rates = { blobs_lr: [1, 2], weight_decay: [1, 0] };

/** The settings of SegNet's batch normalization for inference. */
const inference = {
  bn_param: {
    scale_filler: { type: "constant", value: 1 },
    shift_filler: { type: "constant", value: 0.001 },
    bn_mode: "INFERENCE",
  },
};

/**
 * SegNet for CamVid: upsampling by unpooling with the pooling indices.
 *
 * @see https://arxiv.org/abs/1511.00561 SegNet
 */
export function segnet(scale: Scale): string {
  const net = new Prototxt("VGG_ILSVRC_16_layer", scale);
  const [height, width] = net.size(360, 480);
  net.input("data", [1, 3, height, width], "input_dim");
  const unit = (name: string, output: number) => {
    conv(net, name, output, 3, {
      param: rates,
      convolution_param: {
        weight_filler: { type: "msra" },
        bias_filler: { type: "constant" },
        pad: 1,
      },
    });
    net.inPlace("BN", `${name}_bn`, {
      param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 1, decay_mult: 0 }],
      ...inference,
    });
    relu(net, `relu${name.slice(4)}`);
  };
  const stages = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];
  for (const [i, stage] of stages.entries()) {
    stage.forEach((output, j) => unit(`conv${i + 1}_${j + 1}`, output));
    pool(net, `pool${i + 1}`, "MAX", 2, 2, { top: [`pool${i + 1}`, `pool${i + 1}_mask`] });
  }
  for (let stage = 5; stage >= 1; stage--) {
    const at = (extent: number) => Math.ceil(extent / 2 ** (stage - 1));
    // An odd extent was rounded up by the pooling, so doubling would give one too many.
    const odd = at(height) % 2 === 1 || at(width) % 2 === 1 || stage === 5;
    net.layer("Upsample", `upsample${stage}`, {
      bottom: [net.last, `pool${stage}_mask`],
      top: `pool${stage}_D`,
      upsample_param: {
        scale: 2,
        ...(odd && { upsample_w: at(width), upsample_h: at(height) }),
      },
    });
    const widths = stages[stage - 1]!;
    for (let j = widths.length; j >= 1; j--) {
      if (stage === 1 && j === 1) break;
      const output = j === 1 ? stages[stage - 2]!.at(-1)! : widths[j - 1]!;
      unit(`conv${stage}_${j}_D`, output);
    }
  }
  net.layer("Convolution", "conv1_1_D", {
    param: rates,
    convolution_param: { num_output: 11, kernel_size: 3, pad: 1, weight_filler: { type: "msra" } },
  });
  net.layer("Softmax", "prob", { softmax_param: { engine: "CAFFE" } });
  return net.toString();
}

/**
 * HED: an edge map of each stage, cropped to the input, and their weighted sum.
 *
 * @see https://arxiv.org/abs/1504.06375 Holistically-Nested Edge Detection
 */
export function hed(scale: Scale): string {
  const net = new Prototxt("FCN", scale);
  net.input("data", [1, 3, ...net.size(500)], "input_dim");
  vgg16(net, { firstPad: 35 });
  const stages = [2, 2, 3, 3, 3];
  for (const [i, last] of stages.entries()) {
    const dsn = `dsn${i + 1}`, stride = 2 ** i;
    score(net, `score-${dsn}`, `conv${i + 1}_${last}`, 1);
    if (i > 0) {
      net.layer("Deconvolution", `upsample_${stride}`, {
        top: `score-${dsn}-up`,
        param: [{ lr_mult: 0, decay_mult: 1 }, { lr_mult: 0, decay_mult: 0 }],
        convolution_param: { kernel_size: 2 * stride, stride, num_output: 1 },
      });
    }
    net.layer("Crop", "crop", { bottom: [net.last, "data"], top: `upscore-${dsn}` });
    net.layer("Sigmoid", `sigmoid-${dsn}`);
  }
  net.layer("Concat", "concat", {
    bottom: stages.map((_, i) => `upscore-dsn${i + 1}`),
    top: "concat-upscore",
    concat_param: { concat_dim: 1 },
  });
  net.layer("Convolution", "new-score-weighting", {
    top: "upscore-fuse",
    param: rates,
    convolution_param: {
      num_output: 1,
      kernel_size: 1,
      weight_filler: { type: "constant", value: 0.2 },
    },
  });
  net.layer("Sigmoid", "sigmoid-fuse");
  return net.toString();
}
