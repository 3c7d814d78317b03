/**
 * The type of the op table's entries, each of which expresses an op of the runtime in ONNX's operators.
 *
 * @module
 */
import type { Attributes, OpName } from "../../../runtime/ops/mod.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { OnnxValue } from "./node.ts";

/** A node to be expressed in ONNX's operators. */
export interface Applied<Name extends OpName> {
  readonly onnx: OnnxBuilder;
  readonly attributes: Attributes[Name];
  readonly inputs: readonly OnnxValue[];
  /** The extents of the output; −1 for one that depends on the batch. */
  readonly shape: Shape;
}

/**
 * Adds the nodes for an op, and returns its output.
 *
 * @throws {TypeError} with the reason, if ONNX's operators cannot express the node.
 */
export type Entry<Name extends OpName> = (node: Applied<Name>) => OnnxValue;

/** The reason why ONNX's operators cannot express an op. */
export interface Refusal {
  readonly refused: string;
}

/** The table: for each op an entry, or the reason why there is none. */
export type Table = { readonly [Name in OpName]: Entry<Name> | Refusal };
