/**
 * U-Net: what was pooled is enlarged again, beside what is cut out of the maps of the way down.
 *
 * Its convolutions have no pad, so that each map is smaller than the one it is cut from.
 *
 * @see https://lmb.informatik.uni-freiburg.de/people/ronneber/u-net/
 * @module
 */
import { Prototxt, type Scale } from "./prototxt.ts";

const WIDTHS = [64, 128, 256, 512, 1024] as const;

/** The network of the publication, for cells in grey images. */
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
    twice(net, "d", level, width, "ab", "bc");
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
    twice(net, "u", level, width, "bc", "cd");
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

/** Two convolutions, from one letter of a level to the next. */
function twice(net: Prototxt, way: string, level: number, width: number, ...steps: string[]): void {
  for (const [from, to] of steps) {
    net.layer("Convolution", `conv_${way}${level}${from}-${to}`, {
      top: `${way}${level}${to}`,
      param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }],
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
