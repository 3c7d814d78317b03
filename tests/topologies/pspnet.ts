/**
 * PSPNet50 for ADE20K: segmentation with pyramid pooling over four grids.
 *
 * @see https://arxiv.org/abs/1612.01105 Pyramid Scene Parsing Network
 * @module
 */
import { pool, relu } from "./blocks.ts";
import { type Fields, Prototxt, type Scale } from "./prototxt.ts";

/** The network for 150 classes; its height and width are 8 n + 1 with n + 1 a multiple of 6. */
export function pspnet50(scale: Scale): string {
  const net = new Prototxt("pspnet50_ADE20K_473", scale);
  const [height, width] = net.size(473);
  net.input("data", [1, 3, height, width], "input_dim");
  const unit = (
    name: string,
    output: number,
    settings: Fields,
    { bottom = net.last, rate = 1, activation = true } = {},
  ) => {
    net.layer("Convolution", name, {
      bottom,
      param: { lr_mult: rate, decay_mult: 1 },
      convolution_param: {
        num_output: net.channels(output),
        ...settings,
        weight_filler: { type: "msra" },
        bias_term: false,
      },
    });
    net.inPlace("BN", `${name}/bn`, {
      param: [rate, rate, 0, 0].map((lr_mult) => ({ lr_mult, decay_mult: 0 })),
      bn_param: {
        slope_filler: { type: "constant", value: 1 },
        bias_filler: { type: "constant", value: 0 },
        frozen: true,
        momentum: 0.95,
      },
    });
    if (activation) relu(net, `${name}/relu`);
  };
  unit("conv1_1_3x3_s2", 64, { pad: 1, kernel_size: 3, stride: 2 });
  unit("conv1_2_3x3", 64, { pad: 1, kernel_size: 3, stride: 1 });
  unit("conv1_3_3x3", 128, { pad: 1, kernel_size: 3, stride: 1 });
  pool(net, "pool1_3x3_s2", "MAX", 3, 2, { pooling_param: { pad: 1 } });
  const stages = [[2, 64, 3, 1, 1], [3, 128, 4, 2, 1], [4, 256, 6, 1, 2], [
    5,
    512,
    3,
    1,
    4,
  ]] as const;
  for (const [stage, narrow, blocks, first, dilation] of stages) {
    for (let block = 1; block <= blocks; block++) {
      const name = `conv${stage}_${block}`, from = net.last;
      const stride = block === 1 ? first : 1;
      const quiet = { activation: false };
      unit(`${name}_1x1_reduce`, narrow, { pad: 0, kernel_size: 1, stride });
      const holes = dilation > 1 ? { dilation } : {};
      unit(`${name}_3x3`, narrow, { pad: dilation, ...holes, kernel_size: 3, stride: 1 });
      unit(`${name}_1x1_increase`, 4 * narrow, { pad: 0, kernel_size: 1, stride: 1 }, quiet);
      let other = from;
      if (block === 1) {
        other = `${name}_1x1_proj`;
        const settings = { pad: 0, kernel_size: 1, stride };
        unit(other, 4 * narrow, settings, { bottom: from, activation: false });
      }
      net.layer("Eltwise", name, {
        bottom: [other, `${name}_1x1_increase`],
        eltwise_param: { operation: "SUM" },
      });
      relu(net, `${name}/relu`);
    }
  }
  const [rows, columns] = [(height - 1) / 8 + 1, (width - 1) / 8 + 1];
  const grids = [1, 2, 3, 6];
  for (const bins of grids) {
    const name = `conv5_3_pool${bins}`;
    // The published file spells square windows.
    const windows = rows === columns ? { kernel_size: rows / bins, stride: rows / bins } : {
      kernel_h: rows / bins,
      kernel_w: columns / bins,
      stride_h: rows / bins,
      stride_w: columns / bins,
    };
    net.layer("Pooling", name, { bottom: "conv5_3", pooling_param: { pool: "AVE", ...windows } });
    unit(`${name}_conv`, 512, { kernel_size: 1, stride: 1 }, { rate: 10 });
    net.layer("Interp", `${name}_interp`, { interp_param: { height: rows, width: columns } });
  }
  net.layer("Concat", "conv5_3_concat", {
    bottom: ["conv5_3", ...grids.toReversed().map((bins) => `conv5_3_pool${bins}_interp`)],
  });
  unit("conv5_4", 512, { kernel_size: 3, stride: 1, pad: 1 }, { rate: 10 });
  net.inPlace("Dropout", "conv5_4/dropout", { dropout_param: { dropout_ratio: 0.1 } });
  net.layer("Convolution", "conv6", {
    param: [{ lr_mult: 10, decay_mult: 1 }, { lr_mult: 20, decay_mult: 1 }],
    convolution_param: {
      num_output: 150,
      kernel_size: 1,
      stride: 1,
      weight_filler: { type: "msra" },
    },
  });
  net.layer("Interp", "conv6_interp", { interp_param: { zoom_factor: 8 } });
  return net.toString();
}
