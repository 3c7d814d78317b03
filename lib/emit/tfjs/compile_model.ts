/**
 * Compiles a whole model to TensorFlow's ops.
 *
 * @module
 */
import type { Model } from "../../model.ts";
import { exportedOutputs } from "../exported_outputs.ts";
import { compile } from "./compile.ts";
import type { TfGraph } from "./node.ts";

/**
 * The TensorFlow graph of a model; its deferred weights may stay deferred.
 *
 * @throws {TypeError} that lists all nodes that TensorFlow's ops cannot express.
 */
export function compileModel({ graph }: Model): TfGraph {
  return compile(graph, exportedOutputs(graph));
}
