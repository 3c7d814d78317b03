/**
 * VideoData of temporal segment networks: from each of `num_segments` parts of a video, `new_length`
 * pictures, one after the other as channels of one image: [N, segments · length · C, H, W]. A picture
 * of flow has two channels, of colours three.
 *
 * VideoData of other forks has no `modality`, and the shapes of its tops are unknown.
 *
 * @see https://github.com/yjxiong/caffe/blob/mem/src/caffe/layers/video_data_layer.cpp
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
      new_length: uint32(0, 1),
      num_segments: uint32(0, 1),
      modality: openEnumeration(0, { RGB: 0, FLOW: 1 }, ""),
      grayscale: bool(0, false),
    }),
  },
  bottoms: [0, 0],
  tops: [1, Infinity],

  inputs(shape) {
    const { modality, grayscale, new_length, num_segments, new_height, new_width } = shape.param;
    const channels = new Map([["FLOW", 2], ["RGB", grayscale ? 1 : 3]]).get(modality);
    if (channels === undefined) return shape.layer.tops.map(() => undefined);
    return imagesAndLabels(shape, num_segments * new_length * channels, [new_height, new_width]);
  },
});
