/**
 * The interface of engines, which compile a graph into a program that runs.
 *
 * @module
 */
import type { Graph, Value } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Resolves the zeros that stand for a constant to its final array, or to `undefined` if that is not
 * known yet.
 *
 * @internal
 */
export type Numbers = (zeros: Float32Array) => Promise<Float32Array | undefined>;

/** An engine: a device and the kernels for it. */
export interface Engine {
  /** The name of the device, for people. */
  readonly description: string;
  /**
   * Compiles a graph to compute `outputs`, which are values of it.
   *
   * @throws {Error} if a value is too large for the device, or memory runs out.
   */
  prepare(graph: Graph, outputs: readonly Value[]): Promise<Program>;
  /**
   * Prepares for a graph during the download of its constants, so that `prepare` takes less time.
   *
   * @param graph A graph with zeros in place of its constants.
   */
  expect?(graph: Graph, numbers: Numbers): Promise<unknown>;
  /**
   * Measures each step of a run: a dispatch on the GPU, a kernel on the CPU.
   *
   * @throws {Error} if the device cannot measure time.
   */
  profile?(run: () => Promise<unknown>): Promise<Timing[]>;
  /** Frees everything the engine holds. */
  destroy(): void;
}

/** The duration of one step of a run: a dispatch on the GPU, a kernel on the CPU. */
export interface Timing {
  /** The name of the value that it computes; of fused layers, the last one's. */
  readonly node: string;
  /** The node's op. */
  readonly op: string;
  /** Which of the op's shaders or kernels it is, if there are several. */
  readonly variant: string;
  /** For steps with several GPU kernels: the `work` that their `ChooseKernel` is given. */
  readonly work?: string | undefined;
  /** The multiply-accumulates of its node; 0 for one that only moves or compares. */
  readonly macs: number;
  /** Its duration in milliseconds. */
  readonly milliseconds: number;
}

/** A compiled graph. */
export interface Program {
  /** Computes the outputs from one tensor per input of the graph, in the graph's order. */
  run(inputs: readonly Tensor[]): Promise<Tensor[]>;
  /** Frees everything that only this program holds. */
  destroy(): void;
}
