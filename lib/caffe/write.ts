/**
 * Writes a caffemodel in Caffe's current format.
 *
 * @module
 */
import { encode, encodeTree, type Writable } from "../../proto/encode_tree.ts";
import { message, nested, suggest, type Tree, treeOf } from "../../proto/mod.ts";
import { count, type Shape, showShape, type Tensor } from "../../runtime/tensor.ts";
import { blobMessage } from "./blob.ts";
import type { ParamField } from "./net.ts";
import { numberOf } from "./net_layer.ts";
import { BlobProto, LayerParameter, NetParameter } from "./schema.ts";

/** A network to write. */
export interface WrittenNet {
  /** Its name; empty for none. */
  readonly name: string;
  /** The layers, in execution order. */
  readonly layers: readonly WrittenLayer[];
}

/** A layer to write. */
export interface WrittenLayer {
  /** Its name, by which Caffe finds its blobs. */
  readonly name: string;
  /** Its type in the current format: `"Convolution"`. */
  readonly type: string;
  /** The blobs it reads. */
  readonly bottoms: readonly string[];
  /** The blobs it computes. */
  readonly tops: readonly string[];
  /** The learned blobs, with as many values as their shapes need. */
  readonly blobs: readonly { readonly shape: Shape; readonly data: Float32Array }[];
  /** The settings of the layer's type. */
  readonly params?: readonly WrittenParam[];
}

/** The settings of a layer's type to write. See {@linkcode layerParam}. */
export interface WrittenParam {
  /** The field of the layer that holds them. */
  readonly field: ParamField<unknown>;
  /** The settings that differ from their defaults. */
  readonly value: object;
}

/** The settings of a layer's type to write, in their field; omitted ones keep their defaults. */
export function layerParam<Value>(
  field: ParamField<Value>,
  value: Writable<Value>,
): WrittenParam {
  return { field, value: value as object };
}

/**
 * A network in Caffe's current binary format.
 *
 * Concatenated files are one file with all their layers: a network that does not fit into memory can
 * be written in parts.
 *
 * @throws {TypeError} if a blob does not hold as many values as its shape needs, or a setting cannot
 * be written.
 */
export function writeCaffemodel({ name, layers }: WrittenNet): Uint8Array<ArrayBuffer> {
  const head = treeOf(NetParameter, { name: name || undefined });
  const field = NetParameter.fields.layer!;
  const entries = layers.map((layer) => ({ name: "layer", field, value: layerTree(layer) }));
  return encodeTree({ ...head, entries: [...head.entries, ...entries] });
}

/**
 * A mean image in Caffe's format, a `.binaryproto`. {@linkcode readMean} reads it.
 *
 * @param mean Its values, `[1, C, H, W]`, with the channels in the network's order.
 */
export function writeMean(mean: Tensor): Uint8Array<ArrayBuffer> {
  expectValues("write the mean image: it", mean);
  return encode(BlobProto, blobMessage(mean));
}

/** A layer; the same field may hold different messages in layers of different types. */
function layerTree(layer: WrittenLayer): Tree {
  const { name, type, bottoms, tops, blobs, params = [] } = layer;
  const doing = `write layer "${name}" (${type})`;
  for (const [i, blob] of blobs.entries()) expectValues(`${doing}: blob ${i}`, blob);
  for (const { field: { message }, value } of params) {
    const known = Object.keys(message.fields);
    const unknown = Object.keys(value).find((setting) => !known.includes(setting));
    if (unknown === undefined) continue;
    throw new TypeError(
      `Cannot ${doing}: ${message.name} has no field "${unknown}"${suggest(unknown, known)}`,
    );
  }
  const Layer = message("LayerParameter", {
    ...LayerParameter.fields,
    ...Object.fromEntries(
      params.map(({ field }) => [field.name, nested(numberOf(field), field.message)]),
    ),
  });
  return treeOf(Layer, {
    name,
    type,
    bottom: bottoms,
    top: tops,
    blobs: blobs.map(blobMessage),
    ...Object.fromEntries(params.map(({ field, value }) => [field.name, value])),
  });
}

/** Refuses a blob whose shape and number of values disagree, or whose values are of another type. */
function expectValues(what: string, { shape, data }: Tensor): void {
  if (!(data instanceof Float32Array)) {
    throw new TypeError(`Cannot ${what} must hold its values in a Float32Array`);
  }
  if (count(shape) === data.length) return;
  throw new TypeError(
    `Cannot ${what} is ${showShape(shape)}, which needs ${count(shape)} values, but it holds ` +
      `${data.length}`,
  );
}
