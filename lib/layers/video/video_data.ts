/**
 * VideoData: pictures of videos. Temporal segment networks take `new_length` of them from each of
 * `num_segments` parts of a video, one after the other as channels of one image:
 * [N, segments · length · C, H, W], with two channels of flow, or three of colours. Their `modality`
 * tells which. In C3D 1.1 they are a volume: [N, 3, length, H, W].
 *
 * Without a length, as in SSD's fork, the shapes of the tops are unknown.
 *
 * @see https://github.com/yjxiong/caffe/blob/mem/src/caffe/layers/video_data_layer.cpp
 * @see https://github.com/facebookarchive/C3D/blob/master/C3D-v1.1/src/caffe/layers/video_data_layer.cpp
 * @module
 */
import { bool, message, openEnumeration, uint32 } from "../../../proto/message.ts";
import { imagesAndLabels } from "../bvlc/data.ts";
import { defineLayer } from "../layer.ts";

export const videoData = defineLayer({
  type: "VideoData",
  param: {
    name: "video_data_param",
    // Forks have other settings, so it has no name in warnings.
    message: message("", {
      batch_size: uint32(0, 1),
      new_height: uint32(0, 0),
      new_width: uint32(0, 0),
      new_length: uint32(0),
      num_segments: uint32(0, 1),
      modality: openEnumeration(0, { RGB: 0, FLOW: 1 }, ""),
      grayscale: bool(0, false),
    }),
  },
  bottoms: [0, 0],
  tops: [1, Infinity],

  inputs(shape) {
    const { modality, grayscale, new_length, num_segments, new_height, new_width } = shape.param;
    const extents = [new_height, new_width] as const;
    const channels = new Map([["FLOW", 2], ["RGB", grayscale ? 1 : 3]]).get(modality);
    if (channels !== undefined) {
      return imagesAndLabels(shape, num_segments * (new_length ?? 1) * channels, extents);
    }
    if (modality !== "" || new_length === undefined) return shape.layer.tops.map(() => undefined);
    const [images, ...labels] = imagesAndLabels(shape, 3, extents);
    return [images?.toSpliced(2, 0, new_length), ...labels];
  },
});
