/**
 * VideoData: pictures of videos. Temporal segment networks take `new_length` of them from each of
 * `num_segments` parts of a video, one after the other as channels of one image:
 * [N, segments · length · C, H, W], with two channels of flow, or three of colours. Their `modality`
 * tells which. In C3D they are a volume: [N, 3, length, H, W]; C3D 1.0 has the settings of ImageData.
 *
 * Without a length, as in SSD's fork, the shapes of the tops are unknown.
 *
 * @see https://github.com/yjxiong/caffe/blob/mem/src/caffe/layers/video_data_layer.cpp
 * @see https://github.com/facebookarchive/C3D/blob/master/C3D-v1.0/src/caffe/layers/video_data_layer.cpp
 * @see https://github.com/facebookarchive/C3D/blob/master/C3D-v1.1/src/caffe/layers/video_data_layer.cpp
 * @module
 */
import { bool, message, openEnumeration, uint32 } from "../../../proto/message.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { imagesAndLabels } from "../bvlc/data.ts";
import { defineLayer, type LayerShape } from "../layer.ts";

const settings = {
  batch_size: uint32(0, 1),
  new_height: uint32(0, 0),
  new_width: uint32(0, 0),
  new_length: uint32(0),
};

/** The settings in C3D 1.0. Forks have others, so that they have no name in warnings. */
const clipParam = {
  name: "image_data_param",
  message: message("", { ...settings, crop_size: uint32(0, 0) }),
};

export const videoData = defineLayer({
  type: "VideoData",
  param: {
    name: "video_data_param",
    message: message("", {
      ...settings,
      num_segments: uint32(0, 1),
      modality: openEnumeration(0, { RGB: 0, FLOW: 1 }, ""),
      grayscale: bool(0, false),
    }),
  },
  bottoms: [0, 0],
  tops: [1, Infinity],

  inputs(shape) {
    const { crop_size: crop, ...clip } = shape.layer.param(clipParam);
    if (clip.new_length !== undefined) {
      const size = crop > 0 && { new_height: crop, new_width: crop };
      return volumes({ ...shape, param: { ...clip, ...size } });
    }
    const { modality, grayscale, new_length, num_segments, new_height, new_width } = shape.param;
    const channels = new Map([["FLOW", 2], ["RGB", grayscale ? 1 : 3]]).get(modality);
    if (channels !== undefined) {
      const stacked = num_segments * (new_length ?? 1) * channels;
      return imagesAndLabels(shape, stacked, [new_height, new_width]);
    }
    return modality === "" ? volumes(shape) : shape.layer.tops.map(() => undefined);
  },
});

/** The settings of volumes. */
interface Clip {
  readonly batch_size: number;
  readonly new_height: number;
  readonly new_width: number;
  readonly new_length: number | undefined;
}

/** The shapes of volumes of colours, and of labels. */
function volumes(shape: LayerShape<Clip>): readonly (Shape | undefined)[] {
  const { new_height, new_width, new_length } = shape.param;
  if (new_length === undefined) return shape.layer.tops.map(() => undefined);
  const [images, ...labels] = imagesAndLabels(shape, 3, [new_height, new_width]);
  return [images?.toSpliced(2, 0, new_length), ...labels];
}
