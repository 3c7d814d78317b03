/**
 * ENet for Cityscapes: bottlenecks that downsample by max pooling, and upsample by unpooling with its
 * indices.
 *
 * @see https://arxiv.org/abs/1606.02147 ENet: real-time semantic segmentation
 * @see https://github.com/TimoSaemann/ENet/blob/master/prototxts/enet_deploy.prototxt
 * @module
 */
import { pool } from "./blocks.ts";
import { type Fields, Prototxt, type Scale } from "./prototxt.ts";

/** The settings of the middle convolution of a bottleneck. */
interface Middle {
  readonly down?: boolean;
  /** The pooling layer whose indices the unpooling takes. */
  readonly up?: string;
  readonly dilation?: number;
  readonly asymmetric?: boolean;
}

/** The network for 19 classes. */
export function enet(scale: Scale): string {
  const net = new Prototxt("ENet", scale);
  net.layer("Input", "data", {
    bottom: [],
    input_param: { shape: { dim: [1, 3, ...net.size(512, 1024)] } },
  });
  const conv = (name: string, bottom: string, output: number, settings: Fields, bias = false) =>
    net.layer("Convolution", name, {
      bottom,
      convolution_param: {
        num_output: output,
        bias_term: bias,
        stride: 1,
        ...settings,
        weight_filler: { type: "msra" },
      },
    });
  const norm = (name: string) =>
    net.layer("BN", name, {
      param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 1, decay_mult: 0 }],
      bn_param: {
        scale_filler: { type: "constant", value: 1 },
        shift_filler: { type: "constant", value: 0.001 },
        bn_mode: "INFERENCE",
      },
    });
  const units = (id: string, output: number, { down, up, dilation, asymmetric }: Middle) => {
    // The decoder has ReLUs, under the names of PReLUs.
    const isDecoder = Number(id[0]) > 3;
    const prelu = (name: string) => net.layer(isDecoder ? "ReLU" : "PReLU", name);
    // The last unpooling needs as many channels as the first pooling, whose indices it takes.
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
      // Both pad both axes: the first convolution widens its input by 2, and the second narrows it.
      conv(`conv${id}_1_a`, net.last, narrow, { pad: 1, kernel_h: 5, kernel_w: 1 });
      conv(`conv${id}_1`, net.last, narrow, { pad: 1, kernel_h: 1, kernel_w: 5 }, true);
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
    const p = id[0] === "1" ? "0.01" : "0.1";
    const branch = net.layer("Python", `drop${id}_3`, {
      python_param: {
        module: "spatial_dropout",
        layer: "SpatialDropoutLayer",
        param_str: `{'phase': 'TEST', 'p': '${p}'}`,
      },
    });
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
    net.layer("Eltwise", `eltwise${id}_4`, { bottom: [branch, main] });
    prelu(`prelu${id}_4`);
  };

  conv("conv0_1", "data", 13, { pad: 1, kernel_size: 3, stride: 2 }, true);
  pool(net, "pool0_1", "MAX", 2, 2, { bottom: "data" });
  net.layer("Concat", "concat0_1", { bottom: ["conv0_1", "pool0_1"], concat_param: { axis: 1 } });
  norm("bn0_1");
  net.layer("PReLU", "prelu0_1");
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
    middles.forEach((middle, i) => units(`${section}_${i + 1}`, 128, middle));
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
