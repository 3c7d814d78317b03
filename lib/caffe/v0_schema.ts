/**
 * The messages of V0, Caffe's first format: one flat message for all types of layers.
 *
 * @module
 */
import {
  bool,
  float,
  int32,
  message,
  type MessageOf,
  nested,
  optionalEnumeration,
  repeated,
  string,
  uint32,
} from "../../proto/mod.ts";
import { BlobProto, FillerParameter } from "./schema.ts";

/** A layer of any type. */
export const V0LayerParameter = message("V0LayerParameter", {
  name: string(1),
  type: string(2),
  num_output: uint32(3),
  biasterm: bool(4),
  weight_filler: nested(5, FillerParameter),
  bias_filler: nested(6, FillerParameter),
  pad: uint32(7),
  kernelsize: uint32(8),
  group: uint32(9),
  stride: uint32(10),
  pool: optionalEnumeration(11, { MAX: 0, AVE: 1, STOCHASTIC: 2 }),
  dropout_ratio: float(12),
  local_size: uint32(13),
  alpha: float(14),
  beta: float(15),
  source: string(16),
  scale: float(17),
  meanfile: string(18),
  batchsize: uint32(19),
  cropsize: uint32(20),
  mirror: bool(21),
  k: float(22),
  blobs: repeated(nested(50, BlobProto)),
  blobs_lr: repeated(float(51)),
  weight_decay: repeated(float(52)),
  rand_skip: uint32(53),
  det_fg_threshold: float(54),
  det_bg_threshold: float(55),
  det_fg_fraction: float(56),
  det_context_pad: uint32(58),
  det_crop_mode: string(59),
  new_num: int32(60),
  new_channels: int32(61),
  new_height: int32(62),
  new_width: int32(63),
  shuffle_images: bool(64),
  concat_dim: uint32(65),
  hdf5_output_param: nested(1001, message("HDF5OutputParameter", { file_name: string(1) })),
});

/** An element of `layers` in V0: a layer with its bottoms and tops. */
export const V0LayerConnection = message("V1LayerParameter", {
  layer: nested(1, V0LayerParameter),
  bottom: repeated(string(2)),
  top: repeated(string(3)),
});

/** A decoded layer. */
export type V0Layer = MessageOf<typeof V0LayerParameter>;
