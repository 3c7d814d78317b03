/**
 * Upgrades V1, Caffe's format of 2014: layers are in `layers`, their types are an enum, and the
 * messages with their settings have other field numbers.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/util/upgrade_proto.cpp
 * @module
 */
import {
  bool,
  defaultsOf,
  enumeration,
  type Field,
  float,
  message,
  type MessageOf,
  nested,
  openEnumeration,
  type OpenMessage,
  repeated,
  string,
  uint32,
} from "../../proto/mod.ts";
import type { NetLayer } from "./net.ts";
import { netLayer, noNumber } from "./net_layer.ts";
import {
  BlobProto,
  LayerParameter,
  NetStateRule,
  type ParamSpec,
  shareModes,
  TransformationParameter,
} from "./schema.ts";

/** The layer types in the order of their numbers in V1, from 0 on: name in V1, and current name. */
const v1Types: readonly (readonly [v1: string, type: string])[] = [
  ["NONE", ""],
  ["ACCURACY", "Accuracy"],
  ["BNLL", "BNLL"],
  ["CONCAT", "Concat"],
  ["CONVOLUTION", "Convolution"],
  ["DATA", "Data"],
  ["DROPOUT", "Dropout"],
  ["EUCLIDEAN_LOSS", "EuclideanLoss"],
  ["FLATTEN", "Flatten"],
  ["HDF5_DATA", "HDF5Data"],
  ["HDF5_OUTPUT", "HDF5Output"],
  ["IM2COL", "Im2col"],
  ["IMAGE_DATA", "ImageData"],
  ["INFOGAIN_LOSS", "InfogainLoss"],
  ["INNER_PRODUCT", "InnerProduct"],
  ["LRN", "LRN"],
  ["MULTINOMIAL_LOGISTIC_LOSS", "MultinomialLogisticLoss"],
  ["POOLING", "Pooling"],
  ["RELU", "ReLU"],
  ["SIGMOID", "Sigmoid"],
  ["SOFTMAX", "Softmax"],
  ["SOFTMAX_LOSS", "SoftmaxWithLoss"],
  ["SPLIT", "Split"],
  ["TANH", "TanH"],
  ["WINDOW_DATA", "WindowData"],
  ["ELTWISE", "Eltwise"],
  ["POWER", "Power"],
  ["SIGMOID_CROSS_ENTROPY_LOSS", "SigmoidCrossEntropyLoss"],
  ["HINGE_LOSS", "HingeLoss"],
  ["MEMORY_DATA", "MemoryData"],
  ["ARGMAX", "ArgMax"],
  ["THRESHOLD", "Threshold"],
  ["DUMMY_DATA", "DummyData"],
  ["SLICE", "Slice"],
  ["MVN", "MVN"],
  ["ABSVAL", "AbsVal"],
  ["SILENCE", "Silence"],
  ["CONTRASTIVE_LOSS", "ContrastiveLoss"],
  ["EXP", "Exp"],
  ["DECONVOLUTION", "Deconvolution"],
];

/** Layer types that forks added to V1. Only their names are used: their numbers differ. */
const forkTypes: ReadonlyMap<string, string> = new Map([
  ["BATCH_NORM", "BatchNorm"],
  ["BN", "BN"],
  ["CONVOLUTION3D", "Convolution3D"],
  ["CROP", "Crop"],
  ["DENSE_CRF", "DenseCRF"],
  ["EMBED", "Embed"],
  ["IMAGE_SEG_DATA", "ImageSegData"],
  ["INTERP", "Interp"],
  ["LOCAL", "Local"],
  ["MAT_WRITE", "MatWrite"],
  ["MULTI_SOFTMAX", "MultiSoftmax"],
  ["MULTI_STAGE_MEANFIELD", "MultiStageMeanfield"],
  ["NORMALIZE", "Normalize"],
  ["PADDING", "Padding"],
  ["PERMUTE", "Permute"],
  ["POOLING3D", "Pooling3D"],
  ["PRELU", "PReLU"],
  ["RESHAPE", "Reshape"],
  ["RESIZE", "Resize"],
  ["ROI_POOLING", "ROIPooling"],
  ["SEG_ACCURACY", "SegAccuracy"],
  ["SPATIAL_PRODUCT", "SpatialProduct"],
  ["SPP", "SPP"],
  ["UNPOOLING", "Unpooling"],
  ["UPSAMPLE", "Upsample"],
  ["VIDEO_DATA", "VideoData"],
]);

/** The current names of layer types, by their names in V1. */
export const currentTypes: ReadonlyMap<string, string> = new Map([
  ...v1Types,
  ...forkTypes,
]);

/** The field numbers in V1 of the settings of each layer type. */
export const v1ParamNumbers: ReadonlyMap<string, number> = new Map([
  ["accuracy_param", 27],
  ["argmax_param", 23],
  ["concat_param", 9],
  ["contrastive_loss_param", 40],
  ["convolution_param", 10],
  ["data_param", 11],
  ["dropout_param", 12],
  ["dummy_data_param", 26],
  ["eltwise_param", 24],
  ["exp_param", 41],
  ["hdf5_data_param", 13],
  ["hdf5_output_param", 14],
  ["hinge_loss_param", 29],
  ["image_data_param", 15],
  ["infogain_loss_param", 16],
  ["inner_product_param", 17],
  ["loss_param", 42],
  ["lrn_param", 18],
  ["memory_data_param", 22],
  ["mvn_param", 34],
  ["pooling_param", 19],
  ["power_param", 21],
  ["relu_param", 30],
  ["sigmoid_param", 38],
  ["slice_param", 31],
  ["softmax_param", 39],
  ["tanh_param", 37],
  ["threshold_param", 25],
  ["window_data_param", 20],
]);

/** The fields of all layers in V1. */
export const V1LayerParameter = message("V1LayerParameter", {
  bottom: repeated(string(2)),
  top: repeated(string(3)),
  name: string(4, ""),
  type: openEnumeration(5, Object.fromEntries(v1Types.map(([v1], number) => [v1, number])), "NONE"),
  blobs: repeated(nested(6, BlobProto)),
  blobs_lr: repeated(float(7)),
  weight_decay: repeated(float(8)),
  include: repeated(nested(32, NetStateRule)),
  exclude: repeated(nested(33, NetStateRule)),
  loss_weight: repeated(float(35)),
  transform_param: nested(36, TransformationParameter),
  param: repeated(string(1001)),
  blob_share_mode: repeated(enumeration(1002, shareModes, "STRICT")),
});

type V1Layer = MessageOf<typeof V1LayerParameter>;

/** The preprocessing in the settings of data layers, from before `transform_param` existed. */
export const OldTransformation = {
  scale: float(2),
  mean_file: string(3),
  crop_size: uint32(5),
  mirror: bool(6),
};

/** The size that pictures are resized to. */
const newSize = { new_height: uint32(9), new_width: uint32(10) };

/** The settings of data layers, by type. Those that are no preprocessing are read not to seem unknown. */
const dataParams: ReadonlyMap<string, DataParam> = new Map([
  ["DATA", dataParam("data_param", "DataParameter", { force_encoded_color: bool(9) })],
  ["IMAGE_DATA", dataParam("image_data_param", "ImageDataParameter", newSize)],
  ["WINDOW_DATA", dataParam("window_data_param", "WindowDataParameter")],
]);

type DataParam = ReturnType<typeof dataParam>;

function dataParam(field: string, name: string, others?: Record<string, Field<unknown>>) {
  const type = message(name, { ...others, ...OldTransformation });
  return message("V1LayerParameter", { [field]: nested(v1ParamNumbers.get(field)!, type) });
}

/** Upgrades an element of `layers`. */
export function upgradeV1Layer(entry: OpenMessage): NetLayer {
  const v1 = entry.read(V1LayerParameter);
  const fields = {
    ...defaultsOf(LayerParameter),
    name: v1.name,
    type: currentTypes.get(v1.type) ?? v1.type,
    bottom: v1.bottom,
    top: v1.top,
    loss_weight: v1.loss_weight,
    param: upgradeParamSpecs(v1),
    blobs: v1.blobs,
    include: v1.include,
    exclude: v1.exclude,
    transform_param: upgradeTransform(entry, v1),
  };
  const numberOf = ({ name }: { name: string }) => v1ParamNumbers.get(name) ?? noNumber;
  return { ...netLayer(fields, { message: entry, numberOf }, entry), isV1: true };
}

/** One `ParamSpec` for each blob, where V1 has one list for each setting. */
export function upgradeParamSpecs(
  lists:
    & Pick<V1Layer, "blobs_lr" | "weight_decay">
    & Partial<Pick<V1Layer, "param" | "blob_share_mode">>,
): readonly MessageOf<typeof ParamSpec>[] {
  const { param = [], blob_share_mode = [], blobs_lr, weight_decay } = lists;
  const length = Math.max(
    param.length,
    blob_share_mode.length,
    blobs_lr.length,
    weight_decay.length,
  );
  return Array.from({ length }, (_, i) => ({
    name: param[i] ?? "",
    share_mode: blob_share_mode[i] ?? "STRICT",
    lr_mult: blobs_lr[i] ?? 1,
    decay_mult: weight_decay[i] ?? 1,
  }));
}

/** The preprocessing of images. The settings of the data layer take precedence. */
function upgradeTransform(entry: OpenMessage, { type, transform_param }: V1Layer) {
  const dataParam = dataParams.get(type);
  const { scale, mean_file, crop_size, mirror } = dataParam
    ? Object.values(entry.read(dataParam))[0] ?? {}
    : {};
  const old = [scale, mean_file, crop_size, mirror];
  if (old.every((value) => value === undefined)) return transform_param;
  const transform = transform_param ?? defaultsOf(TransformationParameter);
  return {
    ...transform,
    scale: scale ?? transform.scale,
    mean_file: mean_file ?? transform.mean_file,
    crop_size: crop_size ?? transform.crop_size,
  };
}
