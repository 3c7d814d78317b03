/**
 * An engine on TensorFlow.js: the same graphs, inputs and outputs as with the runtime's own
 * engines.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Engine, Program } from "../../runtime/engine.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { compile } from "../emit/tfjs/compile.ts";
import { checkBackend } from "./backend.ts";
import { channelsFirst, channelsLast, Constants, execute } from "./execute.ts";

/** Runs graphs with the backend of TensorFlow.js that is set. */
export class TfEngine implements Engine {
  readonly description: string;

  private constructor(backend: string) {
    this.description = `TensorFlow.js ${tf.version_core}, backend ${backend}`;
  }

  /**
   * Opens an engine on the current backend, after a check of its arithmetic.
   *
   * @throws {Error} if the backend computes wrong results, as with some drivers.
   */
  static async open(): Promise<TfEngine> {
    await checkBackend();
    return new TfEngine(tf.getBackend());
  }

  /**
   * Compiles a graph to TensorFlow's ops, which the backend then executes.
   *
   * @throws {TypeError} that lists all nodes that TensorFlow's ops cannot express.
   */
  // deno-lint-ignore require-await
  async prepare(graph: Graph, outputs: readonly Value[]): Promise<Program> {
    const named = new Map(outputs.map((value, i) => [String(i), value]));
    const compiled = compile(graph, named);
    const constants = new Constants(compiled);
    const placeholders = graph.inputs.map(({ name }) => compiled.inputs.get(name)!);
    return {
      async run(inputs) {
        const results = tf.tidy(() => {
          const fed = new Map(inputs.map((input, i) => [placeholders[i]!.node, upload(input)]));
          const wanted = [...compiled.outputs.values()];
          return execute(compiled, wanted, (node) => fed.get(node) ?? constants.get(node))
            .map(channelsFirst);
        });
        return await Promise.all(results.map(readBack));
      },
      destroy: () => constants.dispose(),
    };
  }

  /** Frees nothing: the backend is TensorFlow.js's own. */
  destroy(): void {}
}

function upload({ shape, data }: Tensor): tf.Tensor {
  return channelsLast(tf.tensor(data, [...shape]));
}

/** Reads a tensor back and frees it. */
async function readBack(tensor: tf.Tensor): Promise<Tensor> {
  const data = await tensor.data<"float32">();
  tensor.dispose();
  return { shape: tensor.shape, data };
}
