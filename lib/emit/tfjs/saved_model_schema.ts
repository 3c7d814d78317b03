/**
 * TensorFlow's messages, as far as a SavedModel needs them.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto
 * @module
 */
import {
  bool,
  bytes,
  type Field,
  float,
  int32,
  int64,
  message,
  nested,
  repeated,
  string,
} from "../../../proto/mod.ts";

/** A map, which protobuf writes as entries of a key and a value. */
function map<Value>(number: number, value: Field<Value>) {
  return repeated(nested(number, message("Entry", { key: string(1), value })));
}

const TensorShape = message("TensorShapeProto", {
  dim: repeated(nested(2, message("Dim", { size: int64(1) }))),
});

const Tensor = message("TensorProto", {
  dtype: int32(1),
  tensor_shape: nested(2, TensorShape),
  tensor_content: bytes(4),
});

const Attribute = message("AttrValue", {
  list: nested(1, message("ListValue", { i: repeated(int64(3)) })),
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

const MetaGraph = message("MetaGraphDef", {
  meta_info_def: nested(
    1,
    message("MetaInfoDef", { tags: repeated(string(4)), tensorflow_version: string(5) }),
  ),
  graph_def: nested(
    2,
    message("GraphDef", {
      node: repeated(nested(1, NodeDef)),
      versions: nested(4, message("VersionDef", { producer: int32(1), min_consumer: int32(2) })),
    }),
  ),
  signature_def: map(5, nested(2, Signature)),
});

/** `saved_model.pb`. */
export const SavedModel = message("SavedModel", {
  saved_model_schema_version: int64(1),
  meta_graphs: repeated(nested(2, MetaGraph)),
});
