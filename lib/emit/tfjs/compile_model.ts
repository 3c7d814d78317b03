/**
 * Compiles a whole model to TensorFlow's ops.
 *
 * @module
 */
import { numbersOf } from "../../../proto/deferred.ts";
import type { Model } from "../../model.ts";
import { exportedOutputs } from "../exported_outputs.ts";
import { compile } from "./compile.ts";
import type { TfGraph } from "./node.ts";

/**
 * The TensorFlow graph of a model; deferred weights are loaded.
 *
 * @throws {TypeError} that lists all nodes that TensorFlow's ops cannot express.
 */
export function compileModel({ graph }: Model): TfGraph {
  graph.constants.forEach(numbersOf);
  return compile(graph, exportedOutputs(graph));
}
