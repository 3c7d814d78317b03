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
import { Constants, execute } from "./execute.ts";
import { toCaffe, toImage } from "../emit/tfjs/operand.ts";

/** Runs graphs with the backend of TensorFlow.js that is set. */
export class TfEngine implements Engine {
  readonly description: string;

  private constructor(backend: string) {
    this.description = `TensorFlow.js ${tf.version_core}, backend ${backend}`;
  }

  /**
   * An engine on the current backend, whose arithmetic is checked first.
   *
   * @throws {Error} if it gives wrong results, as some drivers do.
   */
  static async open(): Promise<TfEngine> {
    await checkBackend();
    return new TfEngine(tf.getBackend());
  }

  /**
   * Says a graph in TensorFlow's ops, to be computed with the backend.
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
          const fed = new Map(inputs.map((input, i) => [placeholders[i]!.node, feed(input)]));
          const wanted = [...compiled.outputs.values()];
          const tensors = execute(compiled, wanted, (node) => fed.get(node) ?? constants.get(node));
          return tensors.map((tensor) =>
            tensor.rank === 4 ? tf.transpose(tensor, [...toCaffe]) : tensor
          );
        });
        return await Promise.all(results.map(fetch));
      },
      destroy: () => constants.dispose(),
    };
  }

  /** Frees nothing: the backend is TensorFlow.js's own. */
  destroy(): void {}
}

/** A tensor of Caffe's order on the backend, its channels last if it is an image. */
function feed({ shape, data }: Tensor): tf.Tensor {
  const tensor = tf.tensor(data, [...shape]);
  return shape.length === 4 ? tf.transpose(tensor, [...toImage]) : tensor;
}

async function fetch(tensor: tf.Tensor): Promise<Tensor> {
  const data = await tensor.data<"float32">();
  tensor.dispose();
  return { shape: tensor.shape, data };
}
