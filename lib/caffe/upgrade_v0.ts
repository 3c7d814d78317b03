/**
 * Upgrades V0, Caffe's first format: an element of `layers` contains a `layer` with all settings in
 * one flat message, whatever its type.
 *
 * In V0 padding is a layer of its own; in later formats, a setting of the layer that follows it.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/util/upgrade_proto.cpp
 * @module
 */
import {
  defaultsOf,
  type MessageObject,
  objectMessage,
  type OpenMessage,
} from "../../proto/mod.ts";
import type { NetLayer } from "./net.ts";
import { netLayer, numberOf } from "./net_layer.ts";
import { LayerParameter, TransformationParameter } from "./schema.ts";
import { upgradeParamSpecs } from "./upgrade_v1.ts";
import { type V0Layer, V0LayerConnection, V0LayerParameter } from "./v0_schema.ts";

/** The current name of a layer type, and its settings. */
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

/** The upgrade of each layer type of V0. */
const upgrades: ReadonlyMap<string, Upgrade> = new Map<string, Upgrade>([
  ["accuracy", { type: "Accuracy" }],
  ["bnll", { type: "BNLL" }],
  // A fork's.
  ["cccp", {
    type: "CCCP",
    param: "cccp_param",
    settings: (v0) => ({ ...weights(v0), group: v0.group }),
  }],
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
  ["hdf5_output", {
    type: "HDF5Output",
    param: "hdf5_output_param",
    settings: ({ hdf5_output_param: output }) => ({ file_name: output?.file_name }),
  }],
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
    settings: ({ pool, pad, kernelsize, stride }) => ({
      pool,
      pad: list(pad),
      kernel_size: list(kernelsize),
      stride: list(stride),
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
    settings: (v0) => ({
      source: v0.source,
      batch_size: v0.batchsize,
      fg_threshold: v0.det_fg_threshold,
      bg_threshold: v0.det_bg_threshold,
      fg_fraction: v0.det_fg_fraction,
      context_pad: v0.det_context_pad,
      crop_mode: v0.det_crop_mode,
    }),
  }],
]);

function weights({ num_output, biasterm: bias_term, weight_filler, bias_filler }: V0Layer) {
  return { num_output, bias_term, weight_filler, bias_filler };
}

const list = (value: number | undefined) => value === undefined ? undefined : [value];

/** A V0 layer with its bottoms and tops. */
export interface Connection {
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
 * Upgrades the elements of `layers`.
 *
 * @throws {SyntaxError} if the layer after a padding layer has no setting for padding.
 */
export function upgradeV0Layers(entries: readonly OpenMessage[]): readonly NetLayer[] {
  return readV0Layers(entries).map(upgradeLayer);
}

/** The layers with V0's settings, and with the padding of padding layers. */
export function readV0Layers(
  entries: readonly OpenMessage[],
  description = V0LayerConnection,
): readonly Connection[] {
  const connections = entries.map((entry) => {
    const { layer = defaultsOf(V0LayerParameter), bottom, top } = entry.read(description);
    return { entry, layer, bottoms: bottom, tops: top };
  });
  return foldPadding(connections);
}

/** The current name of a layer's type, and the settings of this type. */
export function upgradeV0Settings(layer: V0Layer): {
  readonly type: string;
  readonly param: string | undefined;
  readonly settings: MessageObject;
} {
  const { type: v0Type = "" } = layer;
  const { type, param, settings } = upgrades.get(v0Type) ??
    { type: v0Type, param: undefined, settings: undefined };
  return { type, param, settings: settings?.(layer) ?? {} };
}

/**
 * Folds padding layers into the layers that follow them:
 *
 * ```
 * data ─ padding ─ conv    becomes    data ─ conv with pad
 * ```
 */
function foldPadding(connections: readonly Connection[]): readonly Connection[] {
  const writers = new Map<string, Connection>();
  const folded: Connection[] = [];
  for (const connection of connections) {
    const paddings = connection.bottoms
      .map((bottom) => writers.get(bottom))
      .filter((writer) => writer?.layer.type === "padding");
    if (connection.layer.type !== "padding") {
      folded.push(paddings.length > 0 ? padded(connection, paddings[0]!) : connection);
    } else if (paddings.length > 0) {
      throw refuse(connection, "is a padding layer after another, but only one is supported");
    }
    for (const top of connection.tops) writers.set(top, connection);
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
  return new SyntaxError(`Cannot read ${entry.where}: layer "${layer.name ?? ""}" ${problem}`);
}

function upgradeLayer({ entry, layer, bottoms, tops }: Connection): NetLayer {
  const { type, param, settings } = upgradeV0Settings(layer);
  const fields = {
    ...defaultsOf(LayerParameter),
    name: layer.name ?? "",
    type,
    bottom: bottoms,
    top: tops,
    param: upgradeParamSpecs(layer),
    blobs: layer.blobs,
    transform_param: transformOf(layer),
  };
  const object: MessageObject = param ? { [param]: settings } : {};
  const message = objectMessage(entry.where, object);
  return netLayer(fields, { message, numberOf }, entry);
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
