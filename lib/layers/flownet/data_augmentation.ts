/**
 * DataAugmentation: outside training it takes away the mean that it has measured, of each pixel or
 * of each channel, or one that the file gives.
 *
 * It also cuts out the middle; that is refused unless there is nothing to cut.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/data_augmentation_layer.cpp
 * @module
 */
import { bool, floats, message, uint32 } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer } from "../layer.ts";

export const dataAugmentation = defineLayer({
  type: "DataAugmentation",
  ops: ["affine"],
  param: {
    name: "augmentation_param",
    // The numbers of its settings are known from text files only.
    number: 0,
    message: message("AugmentationParameter", {
      crop_width: uint32(0),
      crop_height: uint32(0),
      augment_during_test: bool(0, false),
      recompute_mean: uint32(0, 0),
      mean_per_pixel: bool(0, true),
      mean: floats(0),
    }),
  },

  blobs({ param: { recompute_mean, mean_per_pixel }, shapes: [bottom] }) {
    const [, channels, height, width] = bottom!;
    const iterations = { name: "iterations", shape: [1, 1, 1, 1], filler: constant(0) };
    if (recompute_mean === 0) return [iterations];
    const because = `a bottom ${showShape(bottom!)}`;
    const filler = constant(0);
    return [
      iterations,
      {
        name: "pixel_mean",
        shape: [1, channels!, height!, width!],
        filler,
        because,
        ignored: !mean_per_pixel,
      },
      {
        name: "channel_mean",
        shape: [1, channels!, 1, 1],
        filler,
        because,
        ignored: mean_per_pixel,
      },
    ];
  },

  lower({ graph, name, param, bottoms: [bottom], blobs: [, perPixel, perChannel] }) {
    const { crop_height: height, crop_width: width, mean } = param;
    const [, channels, ...extents] = bottom!.shape;
    if (height !== undefined && width !== undefined && `${extents}` !== `${[height, width]}`) {
      throw new TypeError(
        `it cuts ${height}×${width} out of its bottom ${showShape(bottom!.shape)}: make that the ` +
          "size of the input",
      );
    }
    if (param.augment_during_test) {
      throw new TypeError("its augment_during_test is true, which has a random result");
    }
    const learned = param.mean_per_pixel ? perPixel : perChannel;
    const data = learned ? graph.dataOf(learned)! : mean;
    if (data.length === 0) return [bottom!];
    const shape = data.length === channels ? [channels] : [channels!, ...extents];
    const offset = graph.constant(`${name}/offset`, { shape, data: data.map((value) => -value) });
    return [apply(graph, "affine", name, [bottom!, offset], { axis: 1, terms: "offset" })];
  },
});
