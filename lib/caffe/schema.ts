/**
 * The messages of Caffe's current format that do not belong to a layer type.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto
 * @module
 */
import {
  bool,
  bytes,
  doubles,
  enumeration,
  float,
  floats,
  int32,
  int64,
  message,
  type MessageOf,
  nested,
  open,
  optionalEnumeration,
  repeated,
  string,
  uint32,
} from "../../proto/mod.ts";

const phases = { TRAIN: 0, TEST: 1 } as const;

/** The extent of each axis. */
export const BlobShape = message("BlobShape", {
  dim: repeated(int64(1)),
});

/**
 * A blob. Half-precision values are in `raw_data`, which only NVIDIA's fork and OpenCV write. Old
 * files have four axes in `num` … `width` instead of `shape`. Files of C3D 1.0 have five, with a
 * length before the height, so that their width has the field number of Caffe's `data`.
 *
 * @see https://github.com/facebookarchive/C3D/blob/master/src/caffe/proto/caffe.proto
 */
export const BlobProto = message("BlobProto", {
  num: int32(1),
  channels: int32(2),
  length: int32(0),
  height: int32(3),
  width: int32(4),
  data: floats(5),
  shape: nested(7, BlobShape),
  double_data: doubles(8),
  raw_data_type: enumeration(10, { DOUBLE: 0, FLOAT: 1, FLOAT16: 2, INT: 3, UINT: 4 }, "DOUBLE"),
  raw_data: bytes(12),
}, { whole: 5, numbers: { num: 1, channels: 2, length: 3, height: 4, width: 5, data: 6 } });

/** How a blob is filled before training. */
export const FillerParameter = message("FillerParameter", {
  type: string(1, "constant"),
  value: float(2, 0),
  min: float(3, 0),
  max: float(4, 1),
  mean: float(5, 0),
  std: float(6, 1),
  sparse: int32(7, -1),
  variance_norm: enumeration(8, { FAN_IN: 0, FAN_OUT: 1, AVERAGE: 2 }, "FAN_IN"),
  /** Of FlowNet's fork. */
  diag_val: floats(0),
  /** Of the fork with SpatialTransformer: the values before training. */
  file: string(0, ""),
});

/** The state of a network, which rules are evaluated against. */
const NetState = message("NetState", {
  phase: optionalEnumeration(1, phases),
  level: int32(2),
  stage: repeated(string(3)),
});

/** The conditions under which a layer is included or left out. */
export const NetStateRule = message("NetStateRule", {
  /** RUN is MyCaffe's, whose files are texts. */
  phase: optionalEnumeration(1, { ...phases, RUN: -1 }),
  min_level: int32(2),
  max_level: int32(3),
  stage: repeated(string(4)),
  not_stage: repeated(string(5)),
});

/** The values of `share_mode`, which V1 has in another field. */
export const shareModes = { STRICT: 0, PERMISSIVE: 1 } as const;

/** How a learned blob is shared and trained. */
export const ParamSpec = message("ParamSpec", {
  name: string(1, ""),
  share_mode: enumeration(2, shareModes, "STRICT"),
  lr_mult: float(3, 1),
  decay_mult: float(4, 1),
});

/** How a data layer prepares its images. */
export const TransformationParameter = message("TransformationParameter", {
  scale: float(1, 1),
  mirror: bool(2, false),
  crop_size: uint32(3, 0),
  mean_file: string(4, ""),
  mean_value: repeated(float(5)),
  force_color: bool(6, false),
  force_gray: bool(7, false),
  /** Of SSD's fork. */
  crop_h: uint32(0, 0),
  crop_w: uint32(0, 0),
  /** Of 3D-Caffe, for volumes. */
  crop_size_l: uint32(0, 0),
  crop_size_h: uint32(0, 0),
  crop_size_w: uint32(0, 0),
  /** Of jigsaw puzzles: how many patches are cut out of each image, which become its channels. */
  siamese_size: uint32(0, 1),
  patch_size: uint32(0, 0),
  resize_param: repeated(nested(
    0,
    message("ResizeParameter", {
      resize_mode: enumeration(
        2,
        { WARP: 1, FIT_SMALL_SIZE: 2, FIT_LARGE_SIZE_AND_PAD: 3 },
        "WARP",
      ),
      height: uint32(3, 0),
      width: uint32(4, 0),
      /** For boxes of labels. */
      height_scale: uint32(8, 0),
      width_scale: uint32(9, 0),
    }),
  )),
  /** Of Intel's fork: the least and the greatest length of the shorter side. */
  random_resize_param: nested(
    0,
    message("RandomResizeParameter", {
      min_size: uint32(1, 0),
      max_size: uint32(2, 0),
      resize_param: open(0),
    }),
  ),
});

/** The fields of all layers. The settings of a layer's type are decoded when it is converted. */
export const LayerParameter = message("LayerParameter", {
  name: string(1, ""),
  type: string(2, ""),
  bottom: repeated(string(3)),
  top: repeated(string(4)),
  loss_weight: repeated(float(5)),
  param: repeated(nested(6, ParamSpec)),
  blobs: repeated(nested(7, BlobProto)),
  include: repeated(nested(8, NetStateRule)),
  exclude: repeated(nested(9, NetStateRule)),
  phase: optionalEnumeration(10, phases),
  propagate_down: repeated(bool(11)),
  transform_param: nested(100, TransformationParameter),
});

/** A network: `layer` in the current format, `layers` in older ones. */
export const NetParameter = message("NetParameter", {
  name: string(1, ""),
  layers: repeated(open(2)),
  input: repeated(string(3)),
  input_dim: repeated(int32(4)),
  force_backward: bool(5, false),
  state: nested(6, NetState),
  debug_info: bool(7, false),
  input_shape: repeated(nested(8, BlobShape)),
  layer: repeated(open(100)),
});

/** A blob as its file has it. */
export type BlobMessage = MessageOf<typeof BlobProto>;
