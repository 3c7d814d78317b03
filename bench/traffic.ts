/**
 * The memory traffic of a network, from which its GB/s follow.
 *
 * @module
 */
import { fuse } from "../runtime/fuse.ts";
import { type Graph, resultsOf } from "../runtime/graph.ts";
import { count } from "../runtime/tensor.ts";

/** Ops that need not move anything. */
const inPlace: ReadonlySet<string> = new Set(["concat", "reshape", "slice"]);

/**
 * The bytes that a run must move at least, if no op keeps anything in caches for the next one: each
 * reads its inputs and weights once, and writes its output once, as float32. Activations and
 * residual sums belong to the op before them.
 */
export function leastBytes(graph: Graph): number {
  let numbers = 0;
  for (const { op, inputs, output } of fuse(graph, resultsOf(graph)).nodes) {
    if (inPlace.has(op)) continue;
    for (const { shape } of [...new Set(inputs), output]) numbers += count(shape);
  }
  return numbers * Float32Array.BYTES_PER_ELEMENT;
}
