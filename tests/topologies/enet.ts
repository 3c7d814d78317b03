/**
 * ENet for Cityscapes: bottlenecks that shrink with the positions of the maxima, and grow by them.
 *
 * @see https://arxiv.org/abs/1606.02147 ENet: real-time semantic segmentation
 * @module
 */
import { pool } from "./blocks.ts";
import { type Fields, Prototxt, type Scale } from "./prototxt.ts";

/** What a bottleneck does in its middle. */
interface Middle {
  readonly down?: boolean;
  /** The pooling layer whose positions it goes back to. */
  readonly up?: string;
  readonly dilation?: number;
  readonly asymmetric?: boolean;
}

/** The network for 19 classes. */
export function enet(scale: Scale): string {
  const net = new Prototxt("ENet", scale);
  net.input("data", [1, 3, ...net.size(512, 1024)], "input_dim");
  const conv = (name: string, bottom: string, output: number, settings: Fields, bias = false) =>
    net.layer("Convolution", name, {
      bottom,
      param: bias ? [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }] : {
        lr_mult: 1,
        decay_mult: 1,
      },
      convolution_param: {
        num_output: output,
        bias_term: bias,
        ...settings,
        weight_filler: { type: "msra" },
      },
    });
  const norm = (name: string) =>
    net.inPlace("BN", name, {
      param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 1, decay_mult: 0 }],
      bn_param: {
        bn_mode: "INFERENCE",
        scale_filler: { type: "constant", value: 1 },
        shift_filler: { type: "constant", value: 0.001 },
      },
    });
  const prelu = (name: string) => net.inPlace("PReLU", name);
  const units = (id: string, output: number, { down, up, dilation, asymmetric }: Middle) => {
    // As many as before the first maxima, whose positions they go back to.
    const wide = output === 16 ? 16 : net.channels(output);
    const from = net.last, narrow = Math.ceil(wide / 4);
    const corner = { kernel_size: 2, stride: 2 };
    conv(`conv${id}_0`, from, narrow, down ? corner : { kernel_size: 1 });
    norm(`bn${id}_0`);
    prelu(`prelu${id}_0`);
    if (up) {
      net.layer("Deconvolution", `deconv${id}_1`, {
        convolution_param: { num_output: narrow, bias_term: true, ...corner },
      });
    } else if (asymmetric) {
      conv(`conv${id}_1_a`, net.last, narrow, { kernel_h: 5, kernel_w: 1, pad_h: 2, pad_w: 0 });
      const second = { kernel_h: 1, kernel_w: 5, pad_h: 0, pad_w: 2 };
      conv(`conv${id}_1`, net.last, narrow, second, true);
    } else {
      const settings = dilation
        ? { kernel_size: 3, pad: dilation, dilation }
        : { kernel_size: 3, pad: 1 };
      conv(`conv${id}_1`, net.last, narrow, settings, true);
    }
    norm(`bn${id}_1`);
    prelu(`prelu${id}_1`);
    conv(`conv${id}_2`, net.last, wide, { kernel_size: 1 });
    norm(`bn${id}_2`);
    net.inPlace("Dropout", `drop${id}_3`, { dropout_param: { dropout_ratio: 0.1 } });
    const branch = net.last;
    let main = from;
    if (down) {
      pool(net, `pool${id}_4`, "MAX", 2, 2, {
        bottom: from,
        top: [`pool${id}_4`, `pool${id}_4_mask`],
      });
      conv(`conv${id}_4`, net.last, wide, { kernel_size: 1 });
      main = norm(`bn${id}_4`);
    } else if (up) {
      conv(`conv${id}_4`, from, wide, { kernel_size: 1 });
      norm(`bn${id}_4`);
      main = net.layer("Upsample", `upsample${id}_4`, {
        bottom: [net.last, `${up}_mask`],
        upsample_param: { scale: 2 },
      });
    }
    net.layer("Eltwise", `eltwise${id}_4`, {
      bottom: [main, branch],
      eltwise_param: { operation: "SUM" },
    });
    prelu(`prelu${id}_4`);
  };

  conv("conv0_1", "data", 13, { pad: 1, kernel_size: 3, stride: 2 }, true);
  pool(net, "pool0_1", "MAX", 2, 2, { bottom: "data" });
  net.layer("Concat", "concat0_1", { bottom: ["conv0_1", "pool0_1"] });
  norm("bn0_1");
  prelu("prelu0_1");
  units("1_0", 64, { down: true });
  for (let i = 1; i <= 4; i++) units(`1_${i}`, 64, {});
  units("2_0", 128, { down: true });
  for (const section of [2, 3]) {
    const middles: Middle[] = [
      {},
      { dilation: 2 },
      { asymmetric: true },
      { dilation: 4 },
      {},
      { dilation: 8 },
      { asymmetric: true },
      { dilation: 16 },
    ];
    middles.forEach((middle, i) => units(`${section}_${section === 2 ? i + 1 : i}`, 128, middle));
  }
  units("4_0", 64, { up: "pool2_0_4" });
  for (const i of [1, 2]) units(`4_${i}`, 64, {});
  units("5_0", 16, { up: "pool1_0_4" });
  units("5_1", 16, {});
  net.layer("Deconvolution", "deconv6_0_0", {
    convolution_param: { num_output: 19, bias_term: true, kernel_size: 2, stride: 2 },
  });
  return net.toString();
}
