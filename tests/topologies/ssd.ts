/**
 * Single-shot detectors: boxes from priors on several feature maps.
 *
 * @see https://arxiv.org/abs/1512.02325 SSD: Single Shot MultiBox Detector
 * @module
 */
import { conv, pool, rates, relu } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";
import { fillers, heads } from "./ssd_heads.ts";
import { vgg16 } from "./vgg.ts";

/** SSD300 on VGG 16, for the 20 classes of VOC. */
export function ssd300(scale: Scale): string {
  const net = new Prototxt("VGG_VOC0712_SSD_300x300_deploy", scale);
  net.input("data", [1, 3, ...net.size(300)]);
  vgg16(net);
  pool(net, "pool5", "MAX", 3, 1, { pooling_param: { pad: 1 } });
  const layer = (name: string, width: number, kernel: number, settings: object, act: string) => {
    conv(net, name, width, kernel, {
      param: rates,
      convolution_param: { ...settings, ...fillers },
    });
    relu(net, act);
  };
  layer("fc6", 1024, 3, { pad: 6, dilation: 6 }, "relu6");
  layer("fc7", 1024, 1, {}, "relu7");
  for (
    const [stage, narrow, wide, settings] of [
      [6, 256, 512, { pad: 1, stride: 2 }],
      [7, 128, 256, { pad: 1, stride: 2 }],
      [8, 128, 256, { pad: 0, stride: 1 }],
      [9, 128, 256, { pad: 0, stride: 1 }],
    ] as const
  ) {
    layer(`conv${stage}_1`, narrow, 1, { pad: 0, stride: 1 }, `conv${stage}_1_relu`);
    layer(`conv${stage}_2`, wide, 3, settings, `conv${stage}_2_relu`);
  }
  net.layer("Normalize", "conv4_3_norm", {
    bottom: "conv4_3",
    norm_param: {
      across_spatial: false,
      scale_filler: { type: "constant", value: 20 },
      channel_shared: false,
    },
  });
  heads(net, [
    { from: "conv4_3_norm", min: 30, max: 60, ratios: [2], step: 8 },
    { from: "fc7", min: 60, max: 111, ratios: [2, 3], step: 16 },
    { from: "conv6_2", min: 111, max: 162, ratios: [2, 3], step: 32 },
    { from: "conv7_2", min: 162, max: 213, ratios: [2, 3], step: 64 },
    { from: "conv8_2", min: 213, max: 264, ratios: [2], step: 100 },
    { from: "conv9_2", min: 264, max: 315, ratios: [2], step: 300 },
  ], {
    classes: 21,
    kernel: 3,
    clip: false,
    output: { top: 400, keep: 200, confidence: 0.01 },
  });
  return net.toString();
}

/** MobileNet-SSD with its BatchNorm layers merged into the convolutions. */
export function mobilenetSsd(scale: Scale): string {
  const net = new Prototxt("MobileNet-SSD", scale);
  net.input("data", [1, 3, ...net.size(300)]);
  const unit = (name: string, width: number, kernel: number, settings: object) => {
    conv(net, name, width, kernel, {
      param: rates,
      convolution_param: {
        ...settings,
        weight_filler: { type: "msra" },
        bias_filler: { type: "constant", value: 0 },
      },
    });
    relu(net, `${name}/relu`);
  };
  unit("conv0", 32, 3, { pad: 1, stride: 2 });
  let width = 32;
  for (
    const [block, [output, stride]] of ([
      [64, 1],
      [128, 2],
      [128, 1],
      [256, 2],
      [256, 1],
      [512, 2],
      [512, 1],
      [512, 1],
      [512, 1],
      [512, 1],
      [512, 1],
      [1024, 2],
      [1024, 1],
    ] as const).entries()
  ) {
    const name = `conv${block + 1}`;
    const group = net.channels(width);
    unit(`${name}/dw`, width, 3, { pad: 1, stride, group, engine: "CAFFE" });
    unit(name, output, 1, {});
    width = output;
  }
  for (
    const [stage, narrow, wide] of [[14, 256, 512], [15, 128, 256], [16, 128, 256], [17, 64, 128]]
  ) {
    unit(`conv${stage}_1`, narrow!, 1, {});
    unit(`conv${stage}_2`, wide!, 3, { pad: 1, stride: 2 });
  }
  heads(net, [
    { from: "conv11", min: 60, ratios: [2] },
    { from: "conv13", min: 105, max: 150, ratios: [2, 3] },
    { from: "conv14_2", min: 150, max: 195, ratios: [2, 3] },
    { from: "conv15_2", min: 195, max: 240, ratios: [2, 3] },
    { from: "conv16_2", min: 240, max: 285, ratios: [2, 3] },
    { from: "conv17_2", min: 285, max: 300, ratios: [2, 3] },
  ], {
    classes: 21,
    kernel: 1,
    clip: false,
    output: { top: 100, keep: 100, confidence: 0.25 },
  });
  return net.toString();
}

/** The face detector on ResNet-10 that comes with OpenCV. */
export function faceSsd(scale: Scale): string {
  const net = new Prototxt("res10_300x300_ssd_iter_140000", scale);
  net.input("data", [1, 3, ...net.size(300)]);
  const frozen = Array(3).fill({ lr_mult: 0 });
  const norm = (name: string, scaleName: string, bottom?: string) => {
    net.layer("BatchNorm", name, {
      ...(bottom && { bottom }),
      top: bottom ? name : net.last,
      param: frozen,
    });
    net.inPlace("Scale", scaleName, {
      param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 1 }],
      scale_param: { bias_term: true },
    });
  };
  const bare = (name: string, width: number, kernel: number, settings: object, bottom?: string) =>
    conv(net, name, width, kernel, {
      ...(bottom && { bottom }),
      param: [{ lr_mult: 1, decay_mult: 1 }],
      convolution_param: {
        ...settings,
        bias_term: false,
        weight_filler: { type: "msra" },
        bias_filler: { type: "constant", value: 0 },
      },
    });
  norm("data_bn", "data_scale", "data");
  conv(net, "conv1_h", 32, 7, {
    param: rates,
    convolution_param: {
      pad: 3,
      stride: 2,
      weight_filler: { type: "msra", variance_norm: "FAN_OUT" },
      bias_filler: { type: "constant", value: 0 },
    },
  });
  norm("conv1_bn_h", "conv1_scale_h");
  relu(net, "conv1_relu");
  pool(net, "conv1_pool", "MAX", 3, 2);
  bare("layer_64_1_conv1_h", 32, 3, { pad: 1, stride: 1 });
  norm("layer_64_1_bn2_h", "layer_64_1_scale2_h");
  relu(net, "layer_64_1_relu2");
  bare("layer_64_1_conv2_h", 32, 3, { pad: 1, stride: 1 });
  net.layer("Eltwise", "layer_64_1_sum", { bottom: ["layer_64_1_conv2_h", "conv1_pool"] });
  for (const [width, stride, dilation] of [[128, 2, 1], [256, 2, 1], [512, 1, 2]] as const) {
    const name = `layer_${width}_1`;
    const stem = `${name}_`;
    const narrow = width === 512 ? 256 : width;
    const entry = net.last;
    norm(`${stem}bn1_h`, `${stem}scale1_h`, entry);
    relu(net, `${stem}relu1`);
    const start = net.last;
    bare(`${stem}conv1_h`, width === 128 ? 128 : narrow, 3, {
      pad: 1,
      stride: width === 512 ? 1 : stride,
    });
    norm(`${stem}bn2`, `${stem}scale2`);
    relu(net, `${stem}relu2`);
    bare(`${stem}conv2`, narrow, 3, { pad: dilation, stride: 1, dilation });
    const branch = net.last;
    bare(`${stem}conv_expand_h`, narrow, 1, { pad: 0, stride }, start);
    net.layer("Eltwise", `${stem}sum`, { bottom: [branch, net.last] });
  }
  norm("last_bn_h", "last_scale_h", net.last);
  relu(net, "last_relu");
  for (
    const [stage, narrow, wide, settings] of [
      [6, 128, 256, { pad: 1, stride: 2 }],
      [7, 64, 128, { pad: 1, stride: 2 }],
      [8, 64, 128, { pad: 1, stride: 1 }],
      [9, 64, 128, { pad: 1, stride: 1 }],
    ] as const
  ) {
    for (
      const [name, width, kernel, rest] of [
        [`conv${stage}_1`, narrow, 1, { pad: 0, stride: 1 }],
        [`conv${stage}_2`, wide, 3, settings],
      ] as const
    ) {
      conv(net, `${name}_h`, width, kernel, {
        param: rates,
        convolution_param: { ...rest, ...fillers },
      });
      relu(net, `${name}_relu`);
    }
  }
  net.layer("Normalize", "conv4_3_norm", {
    bottom: "layer_256_1_bn1_h",
    norm_param: {
      across_spatial: false,
      scale_filler: { type: "constant", value: 20 },
      channel_shared: false,
    },
  });
  heads(net, [
    { from: "conv4_3_norm", min: 30, max: 60, ratios: [2], step: 8 },
    { from: "last_bn_h", name: "fc7", min: 60, max: 111, ratios: [2, 3], step: 16 },
    { from: "conv6_2_h", name: "conv6_2", min: 111, max: 162, ratios: [2, 3], step: 32 },
    { from: "conv7_2_h", name: "conv7_2", min: 162, max: 213, ratios: [2, 3], step: 64 },
    { from: "conv8_2_h", name: "conv8_2", min: 213, max: 264, ratios: [2], step: 100 },
    { from: "conv9_2_h", name: "conv9_2", min: 264, max: 315, ratios: [2], step: 300 },
  ], {
    classes: 2,
    kernel: 3,
    clip: false,
    output: { top: 400, keep: 200, confidence: 0.01 },
  });
  return net.toString();
}
