/**
 * The messages and fields of ONNX that are written.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 * @module
 */
import {
  bytes,
  float,
  int32,
  int64,
  message,
  nested,
  repeated,
  string,
} from "../../../proto/mod.ts";

const Attribute = message("AttributeProto", {
  name: string(1),
  f: float(2),
  i: int64(3),
  s: bytes(4),
  ints: repeated(int64(8)),
  type: int32(20),
});

const Node = message("NodeProto", {
  input: repeated(string(1)),
  output: repeated(string(2)),
  name: string(3),
  op_type: string(4),
  attribute: repeated(nested(5, Attribute)),
});

/** A tensor without its elements, which follow as bytes in the field {@linkcode rawData}. */
export const Tensor = message("TensorProto", {
  dims: repeated(int64(1)),
  data_type: int32(2),
  name: string(8),
});

/** The field of a tensor's elements. */
export const rawData = 9;

const Dimension = message("Dimension", { dim_value: int64(1), dim_param: string(2) });

const TensorType = message("Tensor", {
  elem_type: int32(1),
  shape: nested(2, message("TensorShapeProto", { dim: repeated(nested(1, Dimension)) })),
});

const ValueInfo = message("ValueInfoProto", {
  name: string(1),
  type: nested(2, message("TypeProto", { tensor_type: nested(1, TensorType) })),
});

/** A graph without its constants, which follow as tensors in the field {@linkcode initializer}. */
export const GraphProto = message("GraphProto", {
  node: repeated(nested(1, Node)),
  name: string(2),
  input: repeated(nested(11, ValueInfo)),
  output: repeated(nested(12, ValueInfo)),
});

/** The field of a graph's constants. */
export const initializer = 5;

/** A model without its graph, which follows in the field {@linkcode graph}. */
export const ModelProto = message("ModelProto", {
  ir_version: int64(1),
  producer_name: string(2),
  opset_import: repeated(
    nested(8, message("OperatorSetId", { domain: string(1), version: int64(2) })),
  ),
  metadata_props: repeated(nested(14, message("Entry", { key: string(1), value: string(2) }))),
});

/** The field of a model's graph. */
export const graph = 7;
