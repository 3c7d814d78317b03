/**
 * A trained network, ready to run.
 *
 * @module
 */
import { Arrival } from "./arrival.ts";
import { type Bundle, readBundle } from "./bundle.ts";
import type { Engine, Timing } from "./engine.ts";
import { openEngine } from "./engines/mod.ts";
import { type Chain, FluentBuilder } from "./fluent.ts";
import { said } from "./given.ts";
import { givenInputs, type Graph, namedValues } from "./graph.ts";
import { type Input, readInputs } from "./inputs.ts";
import { checkOptions, type LoadOptions } from "./load_options.ts";
import type { CustomOp } from "./ops/op.ts";
import type { Preprocessing } from "./preprocess.ts";
import { Programs } from "./programs.ts";
import { addressOf, keep, readAll, type Source } from "./source.ts";
import type { Output, Shape, Tensor } from "./tensor.ts";

/** How a network is run. */
export interface RunOptions {
  /** The names of the values to return, instead of the network's outputs. */
  readonly outputs?: readonly string[];
}

/**
 * A trained network, ready to run.
 *
 * @example
 * ```ts ignore
 * const network = await Network.load(new URL("model.npz", location.href));
 * const { prob } = await network.run({ data: new Float32Array(3 * 227 * 227) });
 * network.destroy();
 * ```
 */
export class Network {
  /** The ops that networks of this class need beside the runtime's own. */
  static readonly ops: readonly CustomOp[] = [];
  /** How images become its input, where the model says. */
  readonly preprocessing: Preprocessing | null;
  /** The names of its classes, where the model says. */
  readonly labels: readonly string[] | null;
  /** What it runs on. */
  readonly device: string;
  #graph: Graph;
  // These hold its weights: they are there while it is set up, and until it is destroyed.
  #builder: FluentBuilder | undefined;
  #engine: Engine | undefined;
  #programs: Programs | undefined;

  /**
   * Made by {@linkcode Network.load}. Calls `setup()`.
   *
   * @throws {TypeError} if `setup()` describes what cannot be built.
   */
  constructor(bundle: Bundle, engine: Engine) {
    this.preprocessing = bundle.preprocessing;
    this.labels = bundle.labels;
    this.device = engine.description;
    this.#engine = engine;
    this.#builder = new FluentBuilder(bundle.constants, bundle.ops ?? []);
    this.setup();
    this.#graph = this.#builder.finish(bundle.graph.name) ?? bundle.graph;
    this.#builder = undefined;
    this.#programs = new Programs(this.#graph, engine);
  }

  /**
   * Loads a network from a bundle. A subclass takes the weights from the bundle, and the layers
   * from its own `setup()`.
   *
   * @param source The bundle's bytes, or where they come from. Bytes belong to the network from then
   * on: it reads weights from them when they are first needed, so that they may neither be written
   * over nor transferred. Who needs them gives a copy, `bytes.slice()`.
   * @throws {TypeError} if the bundle cannot be read, or needs an op that nobody gives.
   * @throws {Error} if there is no GPU, and the device is `"gpu"`; if WebAssembly has no SIMD, and it
   * is `"cpu"`.
   */
  static async load<N extends Network>(
    this: { new (bundle: Bundle, engine: Engine): N; readonly ops: readonly CustomOp[] },
    source: Source,
    options: LoadOptions = {},
  ): Promise<N> {
    const { ops = this.ops, onProgress } = options;
    checkOptions(options);
    // The device is opened while the bundle comes.
    const opening = openEngine(options);
    opening.catch(() => {});
    const arrival = new Arrival(ops, (graph, numbers) => {
      // What is wrong will be told when all of it is there.
      opening.then((engine) => engine.expect?.(graph, numbers)).catch(() => {});
    });
    try {
      const reading = readAll(source, {
        onProgress: onProgress && ((done, total) => onProgress({ stage: "download", done, total })),
        onBytes: (bytes, stays) => arrival.see(bytes, stays),
        cache: options.cache,
      });
      // Without a device there is nothing to wait for.
      const bytes = await Promise.race([reading, opening.then(() => reading)]);
      const bundle = await readBundle(
        bytes,
        (done, total) => onProgress?.({ stage: "read", done, total }),
        ops,
        arrival.constantsOf(bytes),
      ).catch(async (error) => {
        await keep(source, undefined, options.cache).catch(() => {});
        const from = addressOf(source);
        if (from.startsWith("[") || !(error instanceof TypeError)) throw error;
        throw new TypeError(`${error.message} (from ${from})`, { cause: error });
      });
      const network = new this(bundle, await opening);
      // Where there is no room for it, it is fetched again the next time.
      keep(source, bytes, options.cache).catch(() => {});
      return network;
    } catch (error) {
      opening.then((engine) => engine.destroy(), () => {});
      throw error;
    }
  }

  /** Its name, as the model gives it. */
  get name(): string {
    return this.#graph.name;
  }

  /** What a run needs: names, and shapes for the batch the model was written for. */
  get inputs(): readonly { readonly name: string; readonly shape: Shape }[] {
    return givenInputs(this.#graph).map(({ name, shape }) => ({ name, shape: [...shape] }));
  }

  /** The names of the values that a run returns. */
  get outputs(): readonly string[] {
    return [...this.#graph.outputs];
  }

  /** The names of all values that a run can return. */
  get names(): readonly string[] {
    return [...namedValues(this.#graph).keys()];
  }

  /**
   * Runs the network.
   *
   * @param inputs For each input its numbers in the order `[N, C, H, W]`, any number of samples.
   * @returns The outputs by name.
   * @throws {TypeError} if an input is missing or does not fit, or an output is not known.
   * @throws {Error} if the GPU is lost or out of memory.
   */
  async run(
    inputs: Readonly<Record<string, Input>>,
    { outputs = this.outputs }: RunOptions = {},
  ): Promise<Record<string, Output>> {
    if (!Array.isArray(outputs)) {
      throw new TypeError(
        `Cannot run network: outputs are names in a list, not ${said(outputs)}`,
      );
    }
    return await this.#given(inputs, (programs, tensors) => programs.run(tensors, outputs));
  }

  /**
   * Forgets the runs so far, where a network remembers them: an LSTM goes on from the state in which
   * the last run has left it, as long as the batch stays the same.
   */
  reset(): void {
    this.#programs?.reset();
  }

  /**
   * Measures how long each step of a run takes: each dispatch on the GPU, each kernel on the CPU.
   * The first run of a network is slower than the others, so run it once before. Other runs wait
   * meanwhile; what a network remembers from run to run goes on as in any other.
   *
   * @returns A row a step, in their order.
   * @throws {Error} if the GPU has no timestamp queries, or the network runs in plain loops.
   */
  async profile(inputs: Readonly<Record<string, Input>>): Promise<Timing[]> {
    const measure = this.#engine?.profile?.bind(this.#engine);
    return await this.#given(inputs, (programs, tensors) => {
      if (measure) return programs.measure(tensors, this.outputs, measure);
      throw new Error("Cannot profile the network: it runs in plain loops");
    });
  }

  /** Does something with what a caller gives, unless there is no network any more. */
  async #given<T>(
    inputs: Readonly<Record<string, Input>>,
    work: (programs: Programs, tensors: Tensor[]) => Promise<T>,
  ): Promise<T> {
    const programs = this.#programs;
    if (!programs) throw new Error("Cannot run network: it was destroyed");
    const tensors = readInputs(givenInputs(this.#graph), inputs);
    try {
      return await work(programs, tensors);
    } catch (cause) {
      if (this.#programs) throw cause;
      throw new Error("Cannot run network: it was destroyed meanwhile", { cause });
    }
  }

  /** Lets go of its memory and of the device. The network cannot run after that. */
  destroy(): void {
    this.#programs?.destroy();
    this.#engine?.destroy();
    // Whoever keeps the network keeps no weights: what it still tells needs none.
    this.#engine = this.#programs = undefined;
    this.#graph = { ...this.#graph, constants: new Map() };
  }

  /**
   * Builds the network, in a subclass, with {@linkcode input}, {@linkcode feed} and
   * {@linkcode output}. It is called by the constructor of this class: what a subclass declares as its
   * own fields is not there yet.
   */
  protected setup(): void {}

  /** Adds an input. */
  protected input(name: string, shape: Shape): Chain {
    return this.#builder!.input(name, shape);
  }

  /** Starts from values by their names. */
  protected feed(...names: readonly string[]): Chain {
    return this.#builder!.feed(...names);
  }

  /** Gives an input what a value was in the run before; the caller no longer provides it. */
  protected remember(input: string, value: string): void {
    this.#builder!.remember(input, value);
  }

  /** Says which values a run returns. */
  protected output(...names: readonly string[]): void {
    this.#builder!.output(...names);
  }
}
