/**
 * TensorFlow's messages, as far as a SavedModel and its checkpoint need them.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
 * @module
 */
import type { Writable } from "../../../../proto/encode_tree.ts";
import {
  bool,
  bytes,
  type Field,
  float,
  int32,
  int64,
  message,
  type MessageOf,
  nested,
  repeated,
  string,
} from "../../../../proto/mod.ts";
import type { Shape } from "../../../../runtime/tensor.ts";
import type { TfType } from "../node.ts";

/** The numbers of the types of elements. */
export const typeNumbers: Readonly<Record<TfType | "string", number>> = {
  float: 1,
  int: 3,
  string: 7,
  bool: 10,
};

/** A map, which protobuf writes as entries of a key and a value. */
function map<Value>(number: number, value: Field<Value>) {
  return repeated(nested(number, message("Entry", { key: string(1), value })));
}

const TensorShape = message("TensorShapeProto", {
  dim: repeated(nested(2, message("Dim", { size: int64(1) }))),
});

/** A shape as a message. */
export function shapeMessage(shape: Shape): Writable<MessageOf<typeof TensorShape>> {
  return { dim: shape.map((size) => ({ size })) };
}

const Tensor = message("TensorProto", {
  dtype: int32(1),
  tensor_shape: nested(2, TensorShape),
  tensor_content: bytes(4),
  string_val: repeated(bytes(8)),
});

const Attribute = message("AttrValue", {
  list: nested(1, message("ListValue", { i: repeated(int64(3)), type: repeated(int32(6)) })),
  s: string(2),
  i: int64(3),
  f: float(4),
  b: bool(5),
  type: int32(6),
  shape: nested(7, TensorShape),
  tensor: nested(8, Tensor),
});

const NodeDef = message("NodeDef", {
  name: string(1),
  op: string(2),
  input: repeated(string(3)),
  attr: map(5, nested(2, Attribute)),
});

/** A node as a message. */
export type NodeMessage = Writable<MessageOf<typeof NodeDef>>;
/** An attribute's value as a message. */
export type AttributeMessage = Writable<MessageOf<typeof Attribute>>;

/** A node with its attributes. */
export function nodeMessage(
  name: string,
  op: string,
  input: readonly string[],
  attributes: Readonly<Record<string, AttributeMessage>>,
): NodeMessage {
  const attr = Object.entries(attributes).map(([key, value]) => ({ key, value }));
  return { name, op, input, attr };
}

const TensorInfo = message("TensorInfo", {
  name: string(1),
  dtype: int32(2),
  tensor_shape: nested(3, TensorShape),
});

const Signature = message("SignatureDef", {
  inputs: map(1, nested(2, TensorInfo)),
  outputs: map(2, nested(2, TensorInfo)),
  method_name: string(3),
});

const Saver = message("SaverDef", {
  filename_tensor_name: string(1),
  save_tensor_name: string(2),
  restore_op_name: string(3),
  version: int32(7),
});

const Collection = message("CollectionDef", {
  bytes_list: nested(2, message("BytesList", { value: repeated(bytes(1)) })),
});

/** What a collection of variables has of each. */
export const VariableDef = message("VariableDef", {
  variable_name: string(1),
  initializer_name: string(2),
  snapshot_name: string(3),
  is_resource: bool(5),
  trainable: bool(7),
});

const Version = message("VersionDef", { producer: int32(1), min_consumer: int32(2) });

const MetaGraph = message("MetaGraphDef", {
  meta_info_def: nested(
    1,
    message("MetaInfoDef", { tags: repeated(string(4)), tensorflow_version: string(5) }),
  ),
  graph_def: nested(
    2,
    message("GraphDef", {
      node: repeated(nested(1, NodeDef)),
      versions: nested(4, Version),
    }),
  ),
  saver_def: nested(3, Saver),
  collection_def: map(4, nested(2, Collection)),
  signature_def: map(5, nested(2, Signature)),
});

/** A graph with what belongs to it, as a message. */
export type MetaGraphMessage = Writable<MessageOf<typeof MetaGraph>>;

/** `saved_model.pb`. */
export const SavedModel = message("SavedModel", {
  saved_model_schema_version: int64(1),
  meta_graphs: repeated(nested(2, MetaGraph)),
});

/** The first entry of a checkpoint's index. */
export const BundleHeader = message("BundleHeaderProto", {
  num_shards: int32(1),
  version: nested(3, Version),
});

/** An entry of a checkpoint's index, without its checksum. */
export const BundleEntry = message("BundleEntryProto", {
  dtype: int32(1),
  shape: nested(2, TensorShape),
  offset: int64(4),
  size: int64(5),
});
