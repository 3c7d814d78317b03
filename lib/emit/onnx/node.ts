/**
 * The elements of an ONNX graph.
 *
 * @module
 */
import type { DeferredBytes } from "../../../proto/deferred.ts";
import type { Shape } from "../../../runtime/tensor.ts";

/** The element types in use. */
export type OnnxType = "float" | "double" | "float16" | "int64" | "int8" | "bool";

/** Their numbers in ONNX's `TensorProto.DataType`. */
export const typeNumbers: Readonly<Record<OnnxType, number>> = {
  float: 1,
  int8: 3,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
};

/** An attribute of a node, under the name of the field that holds its value. */
export type OnnxAttribute =
  | { readonly i: number }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] };

/** The attributes of a node by name. */
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/** A node of a graph under construction. */
export interface OnnxNode {
  /** Its preferred name. */
  readonly name: string;
  /** Its operator in ONNX's default domain. */
  readonly op: string;
  /** Its inputs; `undefined` for an omitted optional one. */
  readonly inputs: readonly (OnnxValue | undefined)[];
  readonly attributes: OnnxAttributes;
  /** The number of its outputs. */
  readonly outputs: number;
}

/** A tensor: an input of the graph, a constant, or an output of a node. */
export interface OnnxValue {
  /** Its preferred name. */
  readonly name: string;
  /** Its extents; −1 for one that depends on the batch. */
  readonly shape: Shape;
  readonly type: OnnxType;
  /** The node whose output it is, and the index of that output. */
  readonly from?: { readonly node: OnnxNode; readonly index: number };
  /** The elements of a constant, or deferred bytes, which are produced during writing. */
  readonly data?: Float32Array | BigInt64Array | DeferredBytes;
}

/** A node of a finished graph. */
export interface NamedNode {
  readonly op: string;
  /** The names of its inputs; empty for an omitted optional one. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}

/** A finished graph, whose values have unique names. */
export interface OnnxGraph {
  /** The nodes in topological order. */
  readonly nodes: readonly NamedNode[];
  /** The constants that nodes read. */
  readonly constants: readonly OnnxValue[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}
