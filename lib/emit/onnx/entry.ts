/**
 * What an entry of the table of ops is: an op of the runtime in ONNX's operators.
 *
 * @module
 */
import type { Attributes, OpName } from "../../../runtime/ops/mod.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { OnnxValue } from "./node.ts";

/** One op of a network, to be written in ONNX's operators. */
export interface Applied<Name extends OpName> {
  readonly onnx: OnnxBuilder;
  readonly attributes: Attributes[Name];
  readonly inputs: readonly OnnxValue[];
  /** The extents of the output; −1 depends on the batch. */
  readonly shape: Shape;
}

/**
 * Writes an op in ONNX's operators, and gives its output.
 *
 * @throws {TypeError} with the reason, if such settings cannot be written.
 */
export type Entry<Name extends OpName> = (node: Applied<Name>) => OnnxValue;

/** An op that ONNX's ops cannot express, and why. */
export interface Refusal {
  readonly refused: string;
}

/** The table: an entry an op, or why there is none. */
export type Table = { readonly [Name in OpName]: Entry<Name> | Refusal };
