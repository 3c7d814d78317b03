/**
 * ShuffleNet 1x with three groups: channels are shuffled between grouped convolutions.
 *
 * @see https://arxiv.org/abs/1707.01083 ShuffleNet
 * @see https://github.com/farmingyard/ShuffleNet
 * @module
 */
import { globalPool, pool, rates, relu } from "./blocks.ts";
import { type Fields, Prototxt, type Scale } from "./prototxt.ts";

/** The network; its channels are not scaled, because they must be divisible by three groups. */
export function shufflenet(scale: Scale): string {
  const net = new Prototxt("shufflenet", scale);
  net.input("data", [1, 3, ...net.size(224)]);
  const unit = (name: string, type: string, settings: Fields, bottom = net.last) => {
    net.layer(type, name, {
      bottom,
      convolution_param: { ...settings, bias_term: false, weight_filler: { type: "msra" } },
    });
    net.inPlace("BatchNorm", `${name}_bn`, { param: Array(3).fill({ lr_mult: 0, decay_mult: 0 }) });
    net.inPlace("Scale", `${name}_scale`, {
      scale_param: { filler: { value: 1 }, bias_term: true, bias_filler: { value: 0 } },
    });
  };
  unit("conv1", "Convolution", { num_output: 24, pad: 1, kernel_size: 3, stride: 2 });
  relu(net, "conv1_relu");
  pool(net, "pool1", "MAX", 3, 2);
  let [block, inputs] = [1, 24];
  for (const [output, repeats] of [[240, 4], [480, 8], [960, 4]] as const) {
    for (let i = 0; i < repeats; i++, block++) {
      const name = `resx${block}`, from = net.last, halves = i === 0;
      const added = halves ? output - inputs : output, middle = added / 4;
      if (halves) pool(net, `${name}_match_conv`, "AVE", 3, 2);
      // The first block's input has too few channels for groups.
      const group = block === 1 ? {} : { group: 3 };
      const one = { kernel_size: 1, stride: 1, pad: 0 };
      unit(`${name}_conv1`, "Convolution", { num_output: middle, ...one, ...group }, from);
      relu(net, `${name}_conv1_relu`);
      if (block > 1) {
        net.layer("ShuffleChannel", `shuffle${block}`, { shuffle_channel_param: { group: 3 } });
      }
      unit(`${name}_conv2`, "ConvolutionDepthwise", {
        num_output: middle,
        kernel_size: 3,
        stride: halves ? 2 : 1,
        pad: 1,
      });
      unit(`${name}_conv3`, "Convolution", { num_output: added, ...one, group: 3 });
      const bottom = [halves ? `${name}_match_conv` : from, `${name}_conv3`];
      if (halves) net.layer("Concat", `${name}_concat`, { bottom });
      else {
        net.layer("Eltwise", `${name}_elewise`, { bottom, eltwise_param: { operation: "SUM" } });
      }
      relu(net, `${name}_${halves ? "concat" : "elewise"}_relu`);
      inputs = output;
    }
  }
  globalPool(net, "pool_ave");
  net.layer("Convolution", "fc1000", {
    param: rates,
    convolution_param: {
      num_output: 1000,
      kernel_size: 1,
      weight_filler: { type: "msra" },
      bias_filler: { type: "constant", value: 0 },
    },
  });
  return net.toString();
}
