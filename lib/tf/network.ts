/**
 * A trainable network in TensorFlow.js.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Bundle, readBundle } from "../../runtime/bundle/bundle.ts";
import { type Chain, FluentBuilder } from "../../runtime/fluent.ts";
import {
  givenInputs,
  type Graph,
  namedValues,
  type Node,
  type Value,
} from "../../runtime/graph.ts";
import type { Preprocessing } from "../../runtime/preprocess.ts";
import { readAll, type Source } from "../../runtime/bundle/source.ts";
import type { CustomOp } from "../../runtime/ops/op.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { writeBundle } from "../emit/bundle.ts";
import { checkBackend } from "./backend.ts";
import { prepareGradients } from "./gradients.ts";
import { constantsOf, type Learning, statisticsOf } from "./learned.ts";
import { minimize } from "./minimize.ts";
import { checkNames, checkValues, type ForwardOptions, type TfNetworkOptions } from "./options.ts";
import { type Passed, Programs } from "./programs.ts";
import type { Statistics } from "./statistics.ts";

/**
 * A trainable network in TensorFlow.js, with the same graph, names and order of axes as the
 * runtime's `Network`: `[N, C, H, W]` for images. A subclass describes its layers in `setup()`, like
 * a subclass of `Network`.
 *
 * @example
 * ```ts ignore
 * await tf.setBackend("webgpu");
 * const network = await TfNetwork.load("model.npz", { trainable: ["ip2"] });
 * const adam = tf.train.adam(0.001);
 * const loss = await network.learn(adam, { data: images }, ({ ip2 }) =>
 *   tf.losses.softmaxCrossEntropy(wanted, ip2!), { outputs: ["ip2"] });
 * await Deno.writeFile("tuned.npz", await network.save());
 * network.dispose();
 * ```
 */
export class TfNetwork {
  /** The custom ops of networks of this class. */
  static readonly ops: readonly CustomOp[] = [];
  /** The preprocessing of images, if the model has it. */
  readonly preprocessing: Preprocessing | null;
  /** The names of the classes, if the model has them. */
  readonly labels: readonly string[] | null;
  readonly #builder: FluentBuilder;
  readonly #provenance: Readonly<Record<string, string>>;
  readonly #graph: Graph;
  readonly #programs: Programs;
  readonly #layers: ReadonlyMap<Value, string>;
  readonly #trainable: Set<string>;
  readonly #variables = new Map<Value, tf.Variable>();
  readonly #statistics: ReadonlyMap<Node<"batchNorm">, Statistics>;
  #disposed = false;

  /**
   * Called by {@linkcode TfNetwork.load}. Set the backend of TensorFlow.js first.
   *
   * @throws {TypeError} if `setup()` describes an invalid network, or an option is invalid.
   */
  constructor(bundle: Bundle, options: TfNetworkOptions & Learning = {}) {
    prepareGradients();
    this.preprocessing = bundle.preprocessing;
    this.labels = bundle.labels;
    this.#provenance = bundle.provenance;
    this.#builder = new FluentBuilder(bundle.constants, bundle.ops ?? []);
    this.setup();
    this.#graph = this.#builder.finish(bundle.graph.name) ?? bundle.graph;
    checkValues(options, this.#graph);
    this.#layers = options.learned ?? constantsOf(this.#graph);
    this.#trainable = new Set(options.trainable ?? this.layers);
    for (const layer of this.#trainable) this.#expectLayer(layer);
    const isUpdated = options.batchNorm === "updated";
    this.#statistics = new Map(isUpdated ? statisticsOf(this.#graph, options) : []);
    this.#programs = new Programs(this.#graph, options.dropout ?? new Map(), this.#statistics);
    this.#makeVariables();
  }

  /**
   * Loads a network from a bundle, after a check of the backend. A subclass takes the weights from
   * the bundle, and the layers from its own `setup()`.
   *
   * To train a network, convert it with `transforms: []` (`--no-optimize`): otherwise normalization
   * and scale layers are folded into the layers before them, and cannot be trained separately.
   *
   * @throws {TypeError} if the bundle cannot be read, a custom op is missing, or an option is unknown.
   * @throws {Error} if the backend computes wrong results, as with some drivers.
   */
  static async load<N extends TfNetwork>(
    this: {
      new (bundle: Bundle, options?: TfNetworkOptions): N;
      readonly ops: readonly CustomOp[];
    },
    source: Source,
    options: TfNetworkOptions = {},
  ): Promise<N> {
    checkNames(options);
    await checkBackend();
    const { ops = this.ops } = options;
    return new this(await readBundle(await readAll(source), undefined, ops), options);
  }

  /** The name of the network. */
  get name(): string {
    return this.#graph.name;
  }

  /** The names of the inputs, and their shapes for the model's own batch size. */
  get inputs(): readonly { readonly name: string; readonly shape: Shape }[] {
    return givenInputs(this.#graph);
  }

  /** The names of the values that a pass returns by default. */
  get outputs(): readonly string[] {
    return this.#graph.outputs;
  }

  /** The names of all values that a pass can return. */
  get names(): readonly string[] {
    return [...namedValues(this.#graph).keys()];
  }

  /** The names of the layers that can be trained. */
  get layers(): readonly string[] {
    return [...new Set(this.#layers.values())];
  }

  /** The variables of the layers that are trained, by names like `conv1/weights`. */
  get variables(): ReadonlyMap<string, tf.Variable> {
    return new Map(this.#trained().map((value) => [value.name, this.#variables.get(value)!]));
  }

  /**
   * Sets whether a layer is trained from now on. Optimizers with state, such as momentum, identify
   * variables by their order: create a new one after this.
   *
   * @throws {TypeError} if there is no such layer.
   */
  setTrainable(layer: string, trainable: boolean): void {
    if (this.#disposed) throw new Error("Cannot train network: it was destroyed");
    this.#expectLayer(layer);
    if (trainable) this.#trainable.add(layer);
    else this.#trainable.delete(layer);
    this.#makeVariables();
  }

  /**
   * Runs a forward pass on a batch. The state of recurrent networks is zero in each pass.
   *
   * @param inputs Tensors in the order `[N, C, H, W]`, with any number of samples.
   * @returns The outputs by name, in the same order of axes. The caller disposes of them.
   * @throws {TypeError} if an input is missing or does not fit, an output is unknown, or TensorFlow's
   * ops cannot express the network.
   */
  forward(
    inputs: Readonly<Record<string, tf.Tensor>>,
    { outputs = this.outputs, training = false }: ForwardOptions = {},
  ): Record<string, tf.Tensor> {
    const result = this.#run(inputs, outputs, training);
    for (const batch of result.batches.values()) batch.dispose();
    return result.outputs;
  }

  /**
   * Makes one training step.
   *
   * @param loss Computes the loss, a scalar, from the outputs.
   * @returns The loss before the step.
   * @throws {Error} if no layer is trainable.
   */
  async learn(
    optimizer: tf.Optimizer,
    inputs: Readonly<Record<string, tf.Tensor>>,
    loss: (outputs: Record<string, tf.Tensor>) => tf.Scalar,
    { outputs = this.outputs }: Pick<ForwardOptions, "outputs"> = {},
  ): Promise<number> {
    const variables = [...this.variables.values()];
    if (variables.length === 0) throw new Error("Cannot train the network: no layer is trainable");
    const batches = new Map<Statistics, tf.Tensor>();
    const pass = () => {
      const result = this.#run(inputs, outputs, true);
      for (const [statistics, batch] of result.batches) {
        batches.set(statistics, tf.keep(batch.clone()));
      }
      return loss(result.outputs);
    };
    let value: tf.Scalar;
    try {
      value = minimize(optimizer, pass, variables);
      for (const [statistics, batch] of batches) await statistics.add(batch);
    } finally {
      tf.dispose([...batches.values()]);
    }
    for (const [{ inputs: [, mean, variance] }, statistics] of this.#statistics) {
      statistics.assignTo(this.#variables.get(mean!)!, this.#variables.get(variance!)!);
    }
    const [number] = await value.data();
    value.dispose();
    return number!;
  }

  /** The bytes of a bundle with the trained weights. */
  async save(): Promise<Uint8Array<ArrayBuffer>> {
    const graph = await this.graph();
    const parts = writeBundle({
      graph,
      preprocessing: this.preprocessing,
      labels: this.labels,
      provenance: this.#provenance,
    });
    return new Uint8Array(await new Blob([...parts]).arrayBuffer());
  }

  /** Frees the backend's memory. The network cannot be used afterwards. */
  dispose(): void {
    this.#disposed = true;
    this.#programs.dispose();
    for (const variable of this.#variables.values()) variable.dispose();
  }

  /** Builds the network, in a subclass, with `input`, `feed`, `remember` and `output`. */
  protected setup(): void {}

  /** Adds an input. */
  protected input(name: string, shape: Shape): Chain {
    return this.#builder.input(name, shape);
  }

  /** Starts a chain from the values of some names. */
  protected feed(...names: readonly string[]): Chain {
    return this.#builder.feed(...names);
  }

  /**
   * Feeds a value of the previous run to an input, which the caller then no longer provides. Here
   * every pass counts as the first one, in which the input is zero.
   */
  protected remember(input: string, value: string): void {
    this.#builder.remember(input, value);
  }

  /** Sets the values that a pass returns by default. */
  protected output(...names: readonly string[]): void {
    this.#builder.output(...names);
  }

  /** The current statistics of batch normalization layers, by layer name. */
  protected gathered(): ReadonlyMap<string, Statistics> {
    return new Map([...this.#statistics].map(([node, sums]) => [node.output.name, sums]));
  }

  /** The graph with the trained weights. */
  protected async graph(): Promise<Graph> {
    if (this.#disposed) throw new Error("Cannot save network: it was destroyed");
    const constants = new Map(this.#graph.constants);
    for (const [value, variable] of this.#variables) {
      constants.set(value, await variable.data<"float32">());
    }
    return { ...this.#graph, constants };
  }

  #run(
    inputs: Readonly<Record<string, tf.Tensor>>,
    outputs: readonly string[],
    training: boolean,
  ): Passed {
    if (this.#disposed) throw new Error("Cannot run network: it was destroyed");
    return this.#programs.run({ inputs, outputs, training, variables: this.#variables });
  }

  /** Adds the missing variables of trained constants and of statistics. None is ever removed. */
  #makeVariables(): void {
    const statistics = [...this.#statistics.keys()].flatMap(({ inputs }) => inputs.slice(1));
    for (const value of [...this.#trained(), ...statistics]) {
      if (this.#variables.has(value)) continue;
      const data = this.#graph.constants.get(value)!;
      const initial = tf.tensor(data, [...value.shape]);
      this.#variables.set(value, tf.variable(initial, !statistics.includes(value)));
      initial.dispose();
    }
  }

  /** The constants of the layers that are trained. */
  #trained(): Value[] {
    return [...this.#layers].filter(([, layer]) => this.#trainable.has(layer))
      .map(([value]) => value);
  }

  #expectLayer(layer: string): void {
    if (this.layers.includes(layer)) return;
    const all = this.layers.join(", ") || "none";
    throw new TypeError(`Cannot train layer "${layer}": it is none of those that learn (${all})`);
  }
}
