/**
 * What stands behind a network: something that turns a graph into something that runs.
 *
 * @module
 */
import type { Graph, Value } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

/**
 * What comes in place of zeros that stand for a constant: the very array that it will have, or
 * nothing, where that is not known yet.
 *
 * @internal
 */
export type Numbers = (zeros: Float32Array) => Promise<Float32Array | undefined>;

/** A place to run graphs. */
export interface Engine {
  /** What it runs on, for people: the adapter's name. */
  readonly description: string;
  /** Makes ready to compute `outputs`, which are values of the graph. */
  prepare(graph: Graph, outputs: readonly Value[]): Promise<Program>;
  /**
   * Does what can be done for a graph while its constants come, so that it is ready earlier.
   *
   * @param graph A graph with zeros that stand for its constants.
   */
  expect?(graph: Graph, numbers: Numbers): Promise<unknown>;
  /**
   * Measures each dispatch of a run, or each step on the CPU.
   *
   * @throws {Error} if nothing can measure it here.
   */
  profile?(run: () => Promise<unknown>): Promise<Timing[]>;
  /** Lets go of everything the engine holds. */
  destroy(): void;
}

/** How long one step of a run took: a dispatch on the GPU, a kernel on the CPU. */
export interface Timing {
  /** The name of the value that it computes, the last one where several layers are one node. */
  readonly node: string;
  /** The node's op. */
  readonly op: string;
  /** Which of the op's shaders or kernels it is, where it has several. */
  readonly variant: string;
  /** What the GPU had to do, as who chooses its kernel is told, where there are several for it. */
  readonly work?: string | undefined;
  /** The multiply-accumulates of its node; 0 for what only moves or compares. */
  readonly macs: number;
  /** How long it took. */
  readonly milliseconds: number;
}

/** A graph made ready to run. */
export interface Program {
  /** Computes the outputs from one tensor an input of the graph, in the graph's order. */
  run(inputs: readonly Tensor[]): Promise<Tensor[]>;
  /** Lets go of everything that only this program holds. */
  destroy(): void;
}
