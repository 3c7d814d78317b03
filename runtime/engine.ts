/**
 * What stands behind a network: something that turns a graph into something that runs.
 *
 * @module
 */
import type { Graph, Value } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

/** A place to run graphs. */
export interface Engine {
  /** `"gpu"` for WebGPU, `"cpu"` for plain loops. */
  readonly kind: "gpu" | "cpu";
  /** What it runs on, for people: the adapter's name. */
  readonly description: string;
  /** Makes ready to compute `outputs`, which are values of the graph. */
  prepare(graph: Graph, outputs: readonly Value[]): Promise<Program>;
  /** Lets go of everything the engine holds. */
  destroy(): void;
}

/** A graph made ready to run. */
export interface Program {
  /** Computes the outputs from one tensor an input of the graph, in the graph's order. */
  run(inputs: readonly Tensor[]): Promise<Tensor[]>;
  /** Lets go of everything that only this program holds. */
  destroy(): void;
}
