/**
 * V0, Caffe's first format: a layer is a `layer` inside an element of `layers`, and has all its
 * settings in one flat message, whatever its type.
 *
 * Padding was a layer of its own then. It has become a setting of the layer that follows it.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/util/upgrade_proto.cpp
 * @module
 */
import {
  bool,
  defaultsOf,
  float,
  message,
  type MessageObject,
  type MessageOf,
  nested,
  objectMessage,
  open,
  type OpenMessage,
  optionalEnumeration,
  repeated,
  string,
  uint32,
} from "../../proto/mod.ts";
import type { NetLayer } from "./net.ts";
import { netLayer } from "./net_layer.ts";
import { BlobProto, FillerParameter, LayerParameter, TransformationParameter } from "./schema.ts";
import { upgradeParamSpecs } from "./upgrade_v1.ts";

const V0LayerParameter = message("V0LayerParameter", {
  name: string(1, ""),
  type: string(2, ""),
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
  new_num: uint32(60),
  new_channels: uint32(61),
  new_height: uint32(62),
  new_width: uint32(63),
  shuffle_images: bool(64),
  concat_dim: uint32(65),
  hdf5_output_param: open(1001),
});

/** What surrounds a layer in V0. */
const V0LayerConnection = message("V1LayerParameter", {
  layer: nested(1, V0LayerParameter),
  bottom: repeated(string(2)),
  top: repeated(string(3)),
});

type V0Layer = MessageOf<typeof V0LayerParameter>;

/** What a type of layer is called today, and where its settings have gone. */
interface Upgrade {
  readonly type: string;
  readonly param?: string;
  readonly settings?: (v0: V0Layer) => MessageObject;
}

const data = ({ source, batchsize: batch_size, rand_skip }: V0Layer) => ({
  source,
  batch_size,
  rand_skip,
});

const UPGRADES: ReadonlyMap<string, Upgrade> = new Map<string, Upgrade>([
  ["accuracy", { type: "Accuracy" }],
  ["bnll", { type: "BNLL" }],
  ["concat", {
    type: "Concat",
    param: "concat_param",
    settings: ({ concat_dim }) => ({ concat_dim }),
  }],
  ["conv", {
    type: "Convolution",
    param: "convolution_param",
    settings: (v0) => ({
      ...weights(v0),
      pad: list(v0.pad),
      kernel_size: list(v0.kernelsize),
      group: v0.group,
      stride: list(v0.stride),
    }),
  }],
  ["data", { type: "Data", param: "data_param", settings: data }],
  ["dropout", {
    type: "Dropout",
    param: "dropout_param",
    settings: ({ dropout_ratio }) => ({ dropout_ratio }),
  }],
  ["euclidean_loss", { type: "EuclideanLoss" }],
  ["flatten", { type: "Flatten" }],
  ["hdf5_data", {
    type: "HDF5Data",
    param: "hdf5_data_param",
    settings: ({ source, batchsize: batch_size }) => ({ source, batch_size }),
  }],
  ["hdf5_output", { type: "HDF5Output" }],
  ["im2col", { type: "Im2col" }],
  ["images", {
    type: "ImageData",
    param: "image_data_param",
    settings: (v0) => ({
      ...data(v0),
      shuffle: v0.shuffle_images,
      new_height: v0.new_height,
      new_width: v0.new_width,
    }),
  }],
  ["infogain_loss", {
    type: "InfogainLoss",
    param: "infogain_loss_param",
    settings: ({ source }) => ({ source }),
  }],
  ["innerproduct", { type: "InnerProduct", param: "inner_product_param", settings: weights }],
  ["lrn", {
    type: "LRN",
    param: "lrn_param",
    settings: ({ local_size, alpha, beta, k }) => ({ local_size, alpha, beta, k }),
  }],
  ["multinomial_logistic_loss", { type: "MultinomialLogisticLoss" }],
  ["pool", {
    type: "Pooling",
    param: "pooling_param",
    settings: ({ pool, pad, kernelsize: kernel_size, stride }) => ({
      pool,
      pad,
      kernel_size,
      stride,
    }),
  }],
  ["relu", { type: "ReLU" }],
  ["sigmoid", { type: "Sigmoid" }],
  ["softmax", { type: "Softmax" }],
  ["softmax_loss", { type: "SoftmaxWithLoss" }],
  ["split", { type: "Split" }],
  ["tanh", { type: "TanH" }],
  ["window_data", {
    type: "WindowData",
    param: "window_data_param",
    settings: ({ source, batchsize: batch_size }) => ({ source, batch_size }),
  }],
]);

function weights({ num_output, biasterm: bias_term, weight_filler, bias_filler }: V0Layer) {
  return { num_output, bias_term, weight_filler, bias_filler };
}

const list = (value: number | undefined) => value === undefined ? undefined : [value];

/** A layer in V0, and what surrounds it. */
interface Connection {
  readonly entry: OpenMessage;
  readonly layer: V0Layer;
  readonly bottoms: readonly string[];
  readonly tops: readonly string[];
}

/** Whether an element of `layers` is in V0. */
export function isV0Layer(entry: OpenMessage): boolean {
  return entry.has({ name: "layer", number: 1 });
}

/**
 * The layers that the elements of `layers` describe.
 *
 * @throws {SyntaxError} if a padding layer is followed by one that cannot take its padding over.
 */
export function upgradeV0Layers(entries: readonly OpenMessage[]): readonly NetLayer[] {
  const connections = entries.map((entry) => {
    const { layer = defaultsOf(V0LayerParameter), bottom, top } = entry.read(V0LayerConnection);
    return { entry, layer, bottoms: bottom, tops: top };
  });
  return foldPadding(connections).map(upgradeLayer);
}

/**
 * ```
 * data ─ padding ─ conv    becomes    data ─ conv with pad
 * ```
 */
function foldPadding(connections: readonly Connection[]): readonly Connection[] {
  const origins = new Map<string, Connection>();
  const folded: Connection[] = [];
  for (const connection of connections) {
    const paddings = connection.bottoms
      .map((bottom) => origins.get(bottom))
      .filter((origin) => origin?.layer.type === "padding");
    if (connection.layer.type !== "padding") {
      folded.push(paddings.length > 0 ? padded(connection, paddings[0]!) : connection);
    } else if (paddings.length > 0) {
      throw refuse(connection, "pads what is padded already");
    }
    for (const top of connection.tops) origins.set(top, connection);
  }
  return folded;
}

function padded(connection: Connection, padding: Connection): Connection {
  const { layer, bottoms } = connection;
  if (layer.type !== "conv" && layer.type !== "pool") {
    throw refuse(connection, `(${layer.type}) follows a padding layer, but cannot pad`);
  }
  if (bottoms.length !== 1 || padding.bottoms.length !== 1 || padding.tops.length !== 1) {
    throw refuse(connection, "and the padding layer before it must have one bottom each");
  }
  return {
    ...connection,
    layer: { ...layer, pad: padding.layer.pad ?? 0 },
    bottoms: padding.bottoms,
  };
}

function refuse({ entry, layer }: Connection, problem: string): SyntaxError {
  return new SyntaxError(`Cannot read ${entry.where}: layer "${layer.name}" ${problem}`);
}

function upgradeLayer({ entry, layer, bottoms, tops }: Connection): NetLayer {
  const { type, param, settings } = UPGRADES.get(layer.type) ??
    { type: layer.type, param: undefined, settings: undefined };
  const fields = {
    ...defaultsOf(LayerParameter),
    name: layer.name,
    type,
    bottom: bottoms,
    top: tops,
    param: upgradeParamSpecs(layer),
    blobs: layer.blobs,
    transform_param: transformOf(layer),
  };
  const object: MessageObject = param ? { [param]: settings!(layer) } : {};
  const message = objectMessage(entry.where, object);
  return netLayer(fields, { message, numberOf: ({ number }) => number }, entry);
}

function transformOf({ scale, meanfile, cropsize, mirror }: V0Layer) {
  if ([scale, meanfile, cropsize, mirror].every((value) => value === undefined)) return undefined;
  return {
    ...defaultsOf(TransformationParameter),
    scale: scale ?? 1,
    crop_size: cropsize ?? 0,
    mean_file: meanfile ?? "",
  };
}
