/**
 * The entries of the table that expresses the runtime's ops in TensorFlow's.
 *
 * @module
 */
import type { Attributes, OpName } from "../../../runtime/ops/mod.ts";
import { axisOf, type Shape } from "../../../runtime/tensor.ts";
import type { TfBuilder } from "./builder.ts";
import { type AxisOrder, type Laid, type Operand, toImage } from "./operand.ts";

/** A node to be expressed in TensorFlow's ops. */
export interface Applied<Name extends OpName> {
  readonly tf: TfBuilder;
  readonly name: string;
  readonly attributes: Attributes[Name];
  readonly inputs: readonly Operand[];
  /** The output's extents in Caffe's order; −1 for one that depends on the batch. */
  readonly shape: Shape;
  /** The same for the batch that the network was written for. */
  readonly known: Shape;
}

/**
 * Adds the nodes for an op, and returns its output.
 *
 * @throws {TypeError} with the reason, if TensorFlow's ops cannot express the node.
 */
export type Entry<Name extends OpName> = (node: Applied<Name>) => Laid;

/** The reason why TensorFlow's ops cannot express an op. */
export interface Refusal {
  readonly refused: string;
}

/** The table: for each op an entry, or the reason why there is none. */
export type Table = { readonly [Name in OpName]: Entry<Name> | Refusal };

/** The layout that suits an op which treats all axes alike. */
export function commonLayout(inputs: readonly Operand[]): AxisOrder {
  return inputs.some(({ isImage }) => isImage) ? "image" : "caffe";
}

/** The position of one of Caffe's axes in a layout. */
export function axisIn(layout: AxisOrder, axis: number, rank: number): number {
  const position = axisOf(axis, rank);
  return layout === "image" ? toImage.indexOf(position) : position;
}
