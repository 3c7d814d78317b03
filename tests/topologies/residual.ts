/**
 * Variants of ResNet-50: squeeze and excitation, and the thin one of open_nsfw.
 *
 * @see https://arxiv.org/abs/1709.01507 Squeeze-and-Excitation Networks
 * @see https://github.com/yahoo/open_nsfw
 * @module
 */
import { dense, globalPool, pool, relu } from "./blocks.ts";
import { type Fields, Prototxt, type Scale } from "./prototxt.ts";

/** SE-ResNet-50: the channels of each block are scaled by a function of their averages. */
export function seResnet50(scale: Scale): string {
  const net = new Prototxt("SE-ResNet-50", scale);
  net.input("data", [1, 3, ...net.size(224)], "input_dim");
  const unit = (name: string, output: number, settings: Fields, bottom = net.last) => {
    net.layer("Convolution", name, {
      bottom,
      convolution_param: { num_output: net.channels(output), ...settings, bias_term: false },
    });
    net.inPlace("BatchNorm", `${name}/bn`, { batch_norm_param: { use_global_stats: true } });
    net.inPlace("Scale", `${name}/bn/scale`, { scale_param: { bias_term: true } });
    return name;
  };
  unit("conv1/7x7_s2", 64, { kernel_size: 7, stride: 2, pad: 3 });
  relu(net, "conv1/relu_7x7_s2");
  pool(net, "pool1/3x3_s2", "MAX", 3, 2);
  for (const [stage, narrow, blocks] of [[2, 64, 3], [3, 128, 4], [4, 256, 6], [5, 512, 3]]) {
    for (let block = 1; block <= blocks!; block++) {
      const name = `conv${stage}_${block}`, from = net.last, wide = 4 * narrow!;
      const stride = block === 1 && stage! > 2 ? 2 : 1;
      unit(`${name}_1x1_reduce`, narrow!, { kernel_size: 1, stride });
      relu(net, `${name}_1x1_reduce/relu`);
      unit(`${name}_3x3`, narrow!, { kernel_size: 3, stride: 1, pad: 1 });
      relu(net, `${name}_3x3/relu`);
      const branch = unit(`${name}_1x1_increase`, wide, { kernel_size: 1, stride: 1 });
      net.layer("Pooling", `${name}_global_pool`, {
        pooling_param: { pool: "AVE", engine: "CAFFE", global_pooling: true },
      });
      const squeeze = (what: string, output: number) =>
        net.layer("Convolution", `${name}_1x1_${what}`, {
          convolution_param: { num_output: net.channels(output), kernel_size: 1, stride: 1 },
        });
      squeeze("down", wide / 16);
      relu(net, `${name}_1x1_down/relu`);
      squeeze("up", wide);
      const weights = net.inPlace("Sigmoid", `${name}_prob`);
      const other = block > 1
        ? from
        : unit(`${name}_1x1_proj`, wide, { kernel_size: 1, stride }, from);
      net.layer("Axpy", name, { bottom: [weights, branch, other] });
      relu(net, `${name}/relu`);
    }
  }
  globalPool(net, "pool5/7x7_s1");
  dense(net, "classifier", 1000);
  net.layer("Softmax", "prob");
  return net.toString();
}

/** open_nsfw: a thin ResNet-50. */
export function openNsfw(scale: Scale): string {
  const net = new Prototxt("ResNet_50_1by2_nsfw", scale);
  net.input("data", [1, 3, ...net.size(224)], "input_dim");
  const unit = (id: string, output: number, settings: Fields, bottom = net.last) => {
    const name = `conv_${id}`;
    net.layer("Convolution", name, {
      bottom,
      param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }],
      convolution_param: {
        num_output: net.channels(output),
        ...settings,
        weight_filler: { type: "xavier", variance_norm: "AVERAGE" },
        bias_filler: { type: "constant", value: 0 },
      },
    });
    net.inPlace("BatchNorm", `bn_${id}`, {
      param: Array(3).fill({ lr_mult: 0, decay_mult: 0 }),
      batch_norm_param: { use_global_stats: true },
    });
    net.inPlace("Scale", `scale_${id}`, { scale_param: { bias_term: true } });
    return name;
  };
  unit("1", 64, { pad: 3, kernel_size: 7, stride: 2 });
  relu(net, "relu_1");
  pool(net, "pool1", "MAX", 3, 2);
  for (const [stage, narrow, blocks] of [[0, 32, 3], [1, 64, 4], [2, 128, 6], [3, 256, 3]]) {
    for (let block = 0; block < blocks!; block++) {
      const id = `stage${stage}_block${block}`, from = net.last;
      const stride = block === 0 && stage! > 0 ? 2 : 1;
      const other = block > 0 ? from : unit(`${id}_proj_shortcut`, 4 * narrow!, {
        pad: 0,
        kernel_size: 1,
        stride,
      });
      unit(`${id}_branch2a`, narrow!, { pad: 0, kernel_size: 1, stride }, from);
      relu(net, `relu_${id}_branch2a`);
      unit(`${id}_branch2b`, narrow!, { pad: 1, kernel_size: 3, stride: 1 });
      relu(net, `relu_${id}_branch2b`);
      const branch = unit(`${id}_branch2c`, 4 * narrow!, { pad: 0, kernel_size: 1, stride: 1 });
      net.layer("Eltwise", `eltwise_${id}`, { bottom: [other, branch] });
      relu(net, `relu_${id}`);
    }
  }
  globalPool(net, "pool");
  dense(net, "fc_nsfw", 2, {
    param: [{ lr_mult: 5, decay_mult: 1 }, { lr_mult: 10, decay_mult: 0 }],
  });
  net.layer("Softmax", "prob");
  return net.toString();
}
