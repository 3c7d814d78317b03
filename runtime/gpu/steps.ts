/**
 * What the GPU does for a graph, step by step, once that is decided.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import type { Packing, Shader } from "../ops/op.ts";
import type { Shape } from "../tensor.ts";
import type { Cell } from "./cell.ts";

/** A constant as a shader wants it. */
export interface Constant {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
  readonly packing: Packing | undefined;
  /** The function through which it is read, if the device decides how it is kept. */
  readonly table: string | undefined;
  /** How many quads a pixel has, if it is a tensor in fours. */
  readonly stride: number | undefined;
}

/** One launch of a shader. */
export interface Step {
  /** The node that it is a part of; none, if it only brings a value into another layout. */
  readonly node: Node | undefined;
  /** What it is called in messages: the op and the node. */
  readonly label: string;
  readonly shader: Shader;
  readonly writes: Cell;
  readonly reads: readonly (Cell | Constant)[];
}

/** How the GPU runs a graph. */
export interface Plan {
  readonly inputs: readonly Cell[];
  readonly steps: readonly Step[];
  readonly outputs: readonly (Cell | Constant)[];
}
