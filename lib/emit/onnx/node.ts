/**
 * What an ONNX graph consists of.
 *
 * @module
 */
import type { DeferredBytes } from "../../../proto/deferred.ts";
import type { Shape } from "../../../runtime/tensor.ts";

/** The types of elements that are needed. */
export type OnnxType = "float" | "double" | "float16" | "int64" | "int8" | "bool";

/** What ONNX's `TensorProto.DataType` calls the types. */
export const typeNumbers: Readonly<Record<OnnxType, number>> = {
  float: 1,
  int8: 3,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
};

/** A setting of a node. */
export type OnnxAttribute =
  | { readonly i: number }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] };

/** The settings of a node by name. */
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/** One operation. */
export interface OnnxNode {
  /** What it is called, if nothing else is. */
  readonly name: string;
  /** Its operator in ONNX's own domain. */
  readonly op: string;
  /** What it reads; `undefined` where an optional input is left out. */
  readonly inputs: readonly (OnnxValue | undefined)[];
  readonly attributes: OnnxAttributes;
  /** How many outputs it has. */
  readonly outputs: number;
}

/** A tensor: an input of the graph, a constant, or what a node gives. */
export interface OnnxValue {
  /** What it is called, if nothing else is. */
  readonly name: string;
  /** Its extents; −1 depends on the batch. */
  readonly shape: Shape;
  readonly type: OnnxType;
  /** The node that gives it, and as which of its outputs. */
  readonly from?: { readonly node: OnnxNode; readonly index: number };
  /** The elements of a constant, or their bytes, which are made when they are needed. */
  readonly data?: Float32Array | BigInt64Array | DeferredBytes;
}

/** An operation of a finished graph. */
export interface NamedNode {
  readonly op: string;
  /** The names of its inputs; empty where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}

/** A finished graph, all of whose values have names of their own. */
export interface OnnxGraph {
  /** Each after those that it reads. */
  readonly nodes: readonly NamedNode[];
  /** The constants that nodes read. */
  readonly constants: readonly OnnxValue[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}
