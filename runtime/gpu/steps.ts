/**
 * The plan of a graph on the GPU: the sequence of its dispatches.
 *
 * @module
 */
import type { Life } from "../allocation.ts";
import type { Node } from "../graph.ts";
import type { Packing, Shader } from "../ops/shader.ts";
import type { Shape } from "../tensor.ts";
import type { Cell } from "./cell.ts";
import type { Storage } from "./storage.ts";

/** A constant in the form in which a shader reads it. */
export interface Constant {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
  readonly packing: Packing | undefined;
  /** The WGSL function through which it is read, if the device decides on its storage. */
  readonly table: string | undefined;
  readonly storage: Storage;
  /** The distance between pixels in quads, if it is a tensor in NHWC4. */
  readonly stride: number | undefined;
}

/** What a shader binds: a tensor of the run, or a constant. */
export type Operand = Cell | Constant;

/** Whether an operand is a tensor of the run. */
export function isCell(operand: Operand): operand is Cell {
  return "layout" in operand;
}

/** A copy of a cell's memory in a texture, made before the first step that reads it. */
export interface Copy extends Life {
  readonly cell: Cell;
}

/** One dispatch. */
export interface Step {
  /** The node that it is part of; `undefined` if it only converts a layout. */
  readonly node: Node | undefined;
  /** Its name in messages: the op and the node. */
  readonly label: string;
  /** The multiply-accumulates of the node, counted at the dispatch that reads its weights. */
  readonly macs: number;
  readonly shader: Shader;
  readonly writes: Cell;
  readonly reads: readonly Operand[];
  /** What it reads in place of its first input. */
  readonly copy?: Copy | undefined;
}

/** How the GPU runs a graph. */
export interface Plan {
  readonly inputs: readonly Cell[];
  readonly steps: readonly Step[];
  readonly outputs: readonly Operand[];
  /** Cells that have a buffer of their own. */
  readonly apart: ReadonlySet<Cell>;
}
