/**
 * FlowNet-C: optical flow between two frames from the correlation of their features.
 *
 * @see https://arxiv.org/abs/1504.06852 FlowNet
 * @module
 */
import { type Fields, Prototxt, type Scale } from "./prototxt.ts";

/** The network as deployed by the authors of FlowNet 2. */
export function flownetC(scale: Scale): string {
  const net = new Prototxt("FlowNetC", scale);
  const [height, width] = net.size(384, 512);
  for (const name of ["img0", "img1"]) net.input(name, [1, 3, height, width]);
  const activation = (name: string) =>
    net.inPlace("ReLU", name, { relu_param: { negative_slope: 0.1 } });
  const conv = (name: string, output: number, kernel: number, stride: number, fields: {
    readonly bottom?: string;
    readonly top?: string;
    readonly shared?: string;
  } = {}) => {
    const { shared, ...blobs } = fields;
    const names: readonly Fields[] = shared
      ? [{ name: `${shared}_w` }, { name: `${shared}_b` }]
      : [{}, {}];
    net.layer("Convolution", name, {
      ...blobs,
      param: names.map((param, i) => ({ ...param, lr_mult: 1, decay_mult: 1 - i })),
      convolution_param: {
        num_output: net.channels(output),
        pad: (kernel - 1) / 2,
        kernel_size: kernel,
        stride,
        weight_filler: { type: "msra" },
        bias_filler: { type: "constant" },
        engine: "CUDNN",
      },
    });
    return activation(`ReLU_${net.last}`);
  };
  for (const [letter, image] of [["a", "img0"], ["b", "img1"]]) {
    net.layer("Eltwise", `Eltwise_${letter}`, {
      bottom: image!,
      top: `${image}s`,
      eltwise_param: { operation: "SUM", coeff: 0.00392156862745098 },
    });
    net.layer("DataAugmentation", `${image}s_aug`, {
      top: `${image}_nomean`,
      propagate_down: false,
      augmentation_param: {
        max_multiplier: 1,
        augment_during_test: false,
        recompute_mean: 1000,
        mean_per_pixel: false,
        crop_width: width,
        crop_height: height,
      },
    });
    net.layer("Resample", `resize_${letter}`, {
      top: `${image}_nomean_resize`,
      resample_param: { width, height, type: "LINEAR", antialias: true },
    });
    for (const [i, [output, kernel]] of [[64, 7], [128, 5], [256, 5]].entries()) {
      const name = `conv${i + 1}`;
      conv(`${name}${letter}`, output!, kernel!, 2, { shared: name });
    }
  }
  net.layer("Correlation", "corr", {
    bottom: ["conv3a", "conv3b"],
    correlation_param: {
      pad: 20,
      kernel_size: 1,
      max_displacement: 20,
      stride_1: 1,
      stride_2: 2,
    },
  });
  const alike = activation("ReLU_corr");
  const same = conv("conv_redir", 32, 1, 1, { bottom: "conv3a" });
  net.layer("Concat", "Concat1", {
    bottom: [same, alike],
    top: "blob16",
    concat_param: { axis: 1 },
  });
  for (
    const [name, output, stride] of [
      ["conv3_1", 256, 1],
      ["conv4", 512, 2],
      ["conv4_1", 512, 1],
      ["conv5", 512, 2],
      ["conv5_1", 512, 1],
      ["conv6", 1024, 2],
      ["conv6_1", 1024, 1],
    ] as const
  ) conv(name, output, 3, stride);

  const flow = (level: number, bottom: string) =>
    net.layer("Convolution", `Convolution${7 - level}`, {
      bottom,
      top: `predict_flow${level}`,
      convolution_param: { num_output: 2, pad: 1, kernel_size: 3, stride: 1 },
    });
  const enlarge = (name: string, output: number, bottom: string, top: string) =>
    net.layer("Deconvolution", name, {
      bottom,
      top,
      convolution_param: { num_output: output, pad: 1, kernel_size: 4, stride: 2 },
    });
  let [from, level] = [net.last, 6];
  flow(6, from);
  for (
    const [below, output] of [
      ["conv5_1", 512],
      ["conv4_1", 256],
      ["conv3_1", 128],
      ["conv2a", 64],
    ] as const
  ) {
    const next = level - 1;
    const up = enlarge(`deconv${next}`, net.channels(output), from, `deconv${next}`);
    activation(`ReLU_deconv${next}`);
    const name = `upsample_flow${level}to${next}`;
    const moved = enlarge(name, 2, `predict_flow${level}`, `upsampled_flow${level}_to_${next}`);
    from = net.layer("Concat", `Concat_flow${next}`, {
      bottom: [below, up, moved],
      top: `concat${next}`,
    });
    level = next;
    flow(level, from);
  }
  net.layer("Eltwise", "Eltwise3", {
    top: "blob44",
    eltwise_param: { operation: "SUM", coeff: 20 },
  });
  net.layer("Resample", "Resample1", {
    top: "predict_flow_resize",
    resample_param: { width, height, type: "LINEAR", antialias: true },
  });
  net.layer("Scale", "Mul1", {
    top: "predict_flow_final",
    param: { lr_mult: 0, decay_mult: 0 },
    scale_param: { axis: 1, num_axes: 1, bias_term: false, filler: { type: "constant", value: 1 } },
  });
  return net.toString();
}
