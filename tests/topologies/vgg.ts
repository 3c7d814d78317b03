/**
 * The convolutions of VGG 16, the backbone of detectors, segmentation networks and edge detectors.
 *
 * @see https://arxiv.org/abs/1409.1556 Very Deep Convolutional Networks
 * @module
 */
import { conv, pool, rates, relu } from "./blocks.ts";
import type { Fields, Prototxt } from "./prototxt.ts";

/** The settings of the backbone. */
export interface Trunk {
  /** The pad of the first convolution: 100 in FCN, 35 in HED. */
  readonly firstPad?: number;
  /** Fields of the convolutions of `conv5`: `{ hole: 2 }`, `{ dilation: 2 }`. */
  readonly conv5?: Fields;
  /** Kernel, stride and pad of pooling layers; defaults to 2, 2 and 0. */
  readonly pools?: Readonly<Record<string, readonly [kernel: number, stride: number, pad: number]>>;
  /** Further fields of each convolution; defaults to the usual learning rates. */
  readonly fields?: Fields;
  /** The number of stages; defaults to five. */
  readonly stages?: number;
  /** Called after the last ReLU of each stage. */
  readonly after?: (stage: number) => void;
}

/** Adds the five stages `conv1_1` … `conv5_3`, with a pooling layer after each but the last one. */
export function vgg16(net: Prototxt, trunk: Trunk = {}): void {
  const { firstPad = 1, conv5 = {}, pools = {}, stages = 5, after = () => {} } = trunk;
  const { fields = { param: rates } } = trunk;
  const widths = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];
  for (const [i, stage] of widths.slice(0, stages).entries()) {
    const number = i + 1, settings = number === 5 ? conv5 : {};
    if (i > 0) {
      const name = `pool${i}`;
      const [kernel, stride, pad] = pools[name] ?? [2, 2, 0];
      pool(net, name, "MAX", kernel, stride, pad > 0 ? { pooling_param: { pad } } : {});
    }
    for (const [j, width] of stage.entries()) {
      const pad = i === 0 && j === 0 ? firstPad : settings.pad || 1;
      conv(net, `conv${number}_${j + 1}`, width, 3, {
        ...fields,
        convolution_param: { ...settings, pad },
      });
      relu(net, `relu${number}_${j + 1}`);
    }
    after(number);
  }
}
