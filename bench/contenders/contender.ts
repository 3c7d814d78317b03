/**
 * The interface of benchmarked libraries, which run a graph of this project.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** A library with one of its backends. */
export interface Contender {
  /** Its name and version. */
  readonly name: string;
  /** Whether it computes on the GPU of this runtime. */
  readonly onGpu: boolean;
  /**
   * Prepares a graph.
   *
   * @throws {Error} if the library is not available, or cannot run the graph.
   */
  open(graph: Graph): Promise<Opened>;
}

/** A prepared graph. */
export interface Opened {
  /**
   * Starts some runs, pipelined if the library supports it, and returns the output of the last in
   * Caffe's order of axes.
   */
  run(input: Tensor, times: number): Promise<Float32Array>;
  /** The GPU time of a run in milliseconds, if it can be measured. */
  gpu?(input: Tensor): Promise<number>;
  close(): Promise<void> | void;
}
