/**
 * U-Net: an encoder and a decoder with skip connections.
 *
 * The convolutions are not padded, so the encoder's feature maps are cropped to the decoder's.
 *
 * @see https://lmb.informatik.uni-freiburg.de/people/ronneber/u-net/
 * @module
 */
import { rates } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

const WIDTHS = [64, 128, 256, 512, 1024] as const;

/** The published network for cells in grayscale images. */
export function unet(scale: Scale): string {
  const net = new Prototxt("phseg_v5", scale);
  net.input("data", [1, 1, ...net.size(572)], "input_dim");
  const levels = [...WIDTHS.entries()].slice(0, net.repeats(WIDTHS.length));
  const deepest = levels.length - 1;
  for (const [level, width] of levels) {
    if (level > 0) {
      net.layer("Pooling", `pool_d${level - 1}c-${level}a`, {
        top: `d${level}a`,
        pooling_param: { pool: "MAX", kernel_size: 2, stride: 2 },
      });
    }
    convolutions(net, "d", level, width, "ab", "bc");
    if (level < deepest - 1) continue;
    net.inPlace("Dropout", `dropout_d${level}c`, { dropout_param: { dropout_ratio: 0.5 } });
  }
  for (const [level, width] of levels.slice(0, -1).reverse()) {
    const below = level + 1 === deepest ? `d${deepest}c` : `u${level + 1}d`, up = `u${level}a`;
    net.layer("Deconvolution", `upconv_${below}_${up}`, {
      top: up,
      param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }],
      convolution_param: {
        num_output: net.channels(width),
        ...{ pad: 0, kernel_size: 2, stride: 2 },
        weight_filler: { type: "xavier" },
      },
    });
    net.inPlace("ReLU", `relu_${up}`);
    const cut = `d${level}cc`;
    net.layer("Crop", `crop_d${level}c-${cut}`, { bottom: [`d${level}c`, up], top: cut });
    net.layer("Concat", `concat_${cut}_${up}-b`, { bottom: [up, cut], top: `u${level}b` });
    convolutions(net, "u", level, width, "bc", "cd");
  }
  net.layer("Convolution", "conv_u0d-score", {
    top: "score",
    convolution_param: {
      num_output: 2,
      ...{ pad: 0, kernel_size: 1 },
      weight_filler: { type: "xavier" },
    },
  });
  net.layer("SoftmaxWithLoss", "loss", {
    bottom: ["score", "label"],
    include: { phase: "TRAIN" },
    loss_param: { ignore_label: 2 },
  });
  net.layer("Softmax", "visualize_softmax", {
    bottom: "score",
    top: "visualize_out",
    include: { phase: "TEST" },
  });
  return net.toString();
}

/** Adds convolutions of a level, each from one letter of its blobs to the next. */
function convolutions(
  net: Prototxt,
  way: string,
  level: number,
  width: number,
  ...steps: string[]
): void {
  for (const [from, to] of steps) {
    net.layer("Convolution", `conv_${way}${level}${from}-${to}`, {
      top: `${way}${level}${to}`,
      param: rates,
      convolution_param: {
        num_output: net.channels(width),
        ...{ pad: 0, kernel_size: 3 },
        engine: "CAFFE",
        weight_filler: { type: "xavier" },
      },
    });
    net.inPlace("ReLU", `relu_${way}${level}${to}`);
  }
}
