/**
 * MobileNet v1 and v2 for ImageNet, as trained in Caffe.
 *
 * @see https://arxiv.org/abs/1704.04861 MobileNets
 * @see https://arxiv.org/abs/1801.04381 MobileNetV2: Inverted Residuals and Linear Bottlenecks
 * @module
 */
import { globalPool, relu } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

const frozen = Array(3).fill({ lr_mult: 0, decay_mult: 0 });

/** Adds convolution, BatchNorm and Scale. */
function unit(
  net: Prototxt,
  name: string,
  output: number,
  { kernel = 1, stride = 1, depthwise = false, v2 = false } = {},
): void {
  const channels = net.channels(output);
  net.layer("Convolution", name, {
    param: [{ lr_mult: 1, decay_mult: 1 }],
    convolution_param: {
      num_output: channels,
      bias_term: false,
      ...((!v2 || kernel === 3) && { pad: kernel === 3 ? 1 : 0 }),
      kernel_size: kernel,
      ...(depthwise && { group: channels, engine: "CAFFE" }),
      ...((!v2 || stride > 1) && { stride }),
      weight_filler: { type: "msra" },
    },
  });
  const bn = { param: frozen, batch_norm_param: { use_global_stats: true, eps: 1e-5 } };
  // In v2, BatchNorm is not in place; the layers after it are.
  if (v2) net.layer("BatchNorm", `${name}/bn`, bn);
  else net.inPlace("BatchNorm", `${name}/bn`, bn);
  net.inPlace(
    "Scale",
    `${name}/scale`,
    v2
      ? { param: Array(2).fill({ lr_mult: 1, decay_mult: 0 }), scale_param: { bias_term: true } }
      : { scale_param: { filler: { value: 1 }, bias_term: true, bias_filler: { value: 0 } } },
  );
}

function classes(net: Prototxt): void {
  globalPool(net, "pool6");
  net.layer("Convolution", "fc7", {
    param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }],
    convolution_param: {
      num_output: 1000,
      kernel_size: 1,
      weight_filler: { type: "msra" },
      bias_filler: { type: "constant", value: 0 },
    },
  });
  net.layer("Softmax", "prob");
}

/** MobileNet v1: depthwise and pointwise convolutions. */
export function mobilenetV1(scale: Scale): string {
  const net = new Prototxt("MOBILENET", scale);
  net.input("data", [1, 3, ...net.size(224)], "input_dim");
  unit(net, "conv1", 32, { kernel: 3, stride: 2 });
  relu(net, "relu1");
  let width = 32;
  for (
    const [block, output, stride] of [
      ["2_1", 64, 1],
      ["2_2", 128, 2],
      ["3_1", 128, 1],
      ["3_2", 256, 2],
      ["4_1", 256, 1],
      ["4_2", 512, 2],
      ["5_1", 512, 1],
      ["5_2", 512, 1],
      ["5_3", 512, 1],
      ["5_4", 512, 1],
      ["5_5", 512, 1],
      ["5_6", 1024, 2],
      ["6", 1024, 1],
    ] as const
  ) {
    unit(net, `conv${block}/dw`, width, { kernel: 3, stride, depthwise: true });
    relu(net, `relu${block}/dw`);
    unit(net, `conv${block}/sep`, output);
    relu(net, `relu${block}/sep`);
    width = output;
  }
  classes(net);
  return net.toString();
}

/**
 * MobileNet v2: inverted residuals with linear bottlenecks. The stride of 2 is where the channels
 * become 96, not 64 as in the first version of the paper.
 *
 * @see https://github.com/shicai/MobileNet-Caffe/blob/master/mobilenet_v2_deploy.prototxt
 */
export function mobilenetV2(scale: Scale): string {
  const net = new Prototxt("MOBILENET_V2", scale);
  net.input("data", [1, 3, ...net.size(224)], "input_dim");
  unit(net, "conv1", 32, { kernel: 3, stride: 2, v2: true });
  relu(net, "relu1");
  let [width, from] = [32, net.last];
  const stages = [
    [["2_1", 16, 1, 1]],
    [["2_2", 24, 2, 6], ["3_1", 24, 1, 6]],
    [["3_2", 32, 2, 6], ["4_1", 32, 1, 6], ["4_2", 32, 1, 6]],
    [["4_3", 64, 1, 6], ["4_4", 64, 1, 6], ["4_5", 64, 1, 6], ["4_6", 64, 1, 6]],
    [["4_7", 96, 2, 6], ["5_1", 96, 1, 6], ["5_2", 96, 1, 6]],
    [["5_3", 160, 2, 6], ["6_1", 160, 1, 6], ["6_2", 160, 1, 6]],
    [["6_3", 320, 1, 6]],
  ] as const;
  for (const stage of stages) {
    for (const [i, [block, output, stride, widening]] of stage.entries()) {
      unit(net, `conv${block}/expand`, width * widening, { v2: true });
      relu(net, `relu${block}/expand`);
      const options = { kernel: 3, stride, depthwise: true, v2: true };
      unit(net, `conv${block}/dwise`, width * widening, options);
      relu(net, `relu${block}/dwise`);
      unit(net, `conv${block}/linear`, output, { v2: true });
      if (i > 0) net.layer("Eltwise", `block_${block}`, { bottom: [from, net.last] });
      [width, from] = [output, net.last];
    }
  }
  unit(net, "conv6_4", 1280, { v2: true });
  relu(net, "relu6_4");
  classes(net);
  return net.toString();
}
