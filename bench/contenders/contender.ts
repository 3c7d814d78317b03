/**
 * What is raced: something that takes a graph of ours and runs it.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** A library, and the part of it that computes. */
export interface Contender {
  /** Its name and version. */
  readonly name: string;
  /** Whether it computes on the same GPU as we do. */
  readonly onGpu: boolean;
  /**
   * Makes a graph ready to run.
   *
   * @throws {Error} if the library cannot be had, or cannot run the graph.
   */
  open(graph: Graph): Promise<Opened>;
}

/** A graph that is ready to run. */
export interface Opened {
  /**
   * Asks for so many runs, without waiting for one before the next where the library allows it, and
   * gives the output of the last in Caffe's order.
   */
  run(input: Tensor, times: number): Promise<Float32Array>;
  /** The time that the GPU takes for a run, in milliseconds, where that can be measured. */
  gpu?(input: Tensor): Promise<number>;
  close(): Promise<void> | void;
}
