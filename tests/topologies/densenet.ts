/**
 * DenseNet-121: each layer reads the outputs of all previous layers of its block.
 *
 * @see https://arxiv.org/abs/1608.06993 Densely Connected Convolutional Networks
 * @module
 */
import { conv, globalPool, pool, relu } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

/** The network for ImageNet. */
export function densenet121(scale: Scale): string {
  const net = new Prototxt("DENSENET_121", scale);
  net.input("data", [1, 3, ...net.size(224)], "input_dim");
  const before = (name: string, activation: string) => {
    net.layer("BatchNorm", `${name}/bn`, { batch_norm_param: { eps: 1e-5 } });
    net.inPlace("Scale", `${name}/scale`, { scale_param: { bias_term: true } });
    relu(net, activation);
  };
  const bare = (name: string, output: number, kernel: number, pad = 0, stride = 1) =>
    conv(net, name, output, kernel, {
      convolution_param: {
        bias_term: false,
        ...(pad > 0 && { pad }),
        ...(stride > 1 && { stride }),
      },
    });
  bare("conv1", 64, 7, 3, 2);
  net.inPlace("BatchNorm", "conv1/bn", { batch_norm_param: { eps: 1e-5 } });
  net.inPlace("Scale", "conv1/scale", { scale_param: { bias_term: true } });
  relu(net, "relu1");
  pool(net, "pool1", "MAX", 3, 2, { pooling_param: { pad: 1 } });
  let width = 64;
  for (const [i, layers] of [6, 12, 24, 16].entries()) {
    const stage = i + 2;
    for (let layer = 1; layer <= net.repeats(layers); layer++) {
      const id = `${stage}_${layer}`, from = net.last;
      before(`conv${id}/x1`, `relu${id}/x1`);
      bare(`conv${id}/x1`, 128, 1);
      before(`conv${id}/x2`, `relu${id}/x2`);
      bare(`conv${id}/x2`, 32, 3, 1);
      net.layer("Concat", `concat_${id}`, { bottom: [from, net.last] });
      width += 32;
    }
    before(`conv${stage}_blk`, `relu${stage}_blk`);
    if (stage === 5) break;
    width = Math.floor(width / 2);
    bare(`conv${stage}_blk`, width, 1);
    pool(net, `pool${stage}`, "AVE", 2, 2);
  }
  globalPool(net, "pool5");
  net.layer("Convolution", "fc6", { convolution_param: { num_output: 1000, kernel_size: 1 } });
  return net.toString();
}
