/**
 * A whole model in TensorFlow's ops, and what it gives out.
 *
 * @module
 */
import { numbersOf } from "../../../proto/deferred.ts";
import type { Model } from "../../model.ts";
import { exportedOutputs } from "../exported_outputs.ts";
import { compile } from "./compile.ts";
import type { TfGraph } from "./node.ts";

/**
 * The TensorFlow graph of a model, whose weights are read where they are still in their file.
 *
 * @throws {TypeError} that lists all nodes that TensorFlow has no operators for.
 */
export function compileModel({ graph }: Model): TfGraph {
  graph.constants.forEach(numbersOf);
  return compile(graph, exportedOutputs(graph));
}
