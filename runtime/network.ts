/**
 * A trained network, ready to run.
 *
 * @module
 */
import { Arrival } from "./bundle/arrival.ts";
import { type Bundle, readBundle } from "./bundle/bundle.ts";
import { addressOf, keep, readAll, type Source } from "./bundle/source.ts";
import type { Engine, Timing } from "./engine.ts";
import { openEngine } from "./engines/mod.ts";
import { type Chain, FluentBuilder } from "./fluent.ts";
import { givenInputs, type Graph, namedValues } from "./graph.ts";
import { type Input, readInputs } from "./inputs.ts";
import { checkOptions, type LoadOptions } from "./load_options.ts";
import type { CustomOp } from "./ops/op.ts";
import type { Preprocessing } from "./preprocess.ts";
import { Programs } from "./programs.ts";
import { showArgument } from "./show_argument.ts";
import type { Output, Shape, Tensor } from "./tensor.ts";

/** Options of a run. */
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
  /** The preprocessing of images for its input, if it is known. */
  readonly preprocessing: Preprocessing | null;
  /** The names of its classes, if the model has them. */
  readonly labels: readonly string[] | null;
  /** The name of the device it runs on. */
  readonly device: string;
  #graph: Graph;
  // The fields that hold weights: the builder during `setup()`, the others until `destroy()`.
  #builder: FluentBuilder | undefined;
  #engine: Engine | undefined;
  #programs: Programs | undefined;

  /**
   * Made by {@linkcode Network.load}. Calls `setup()`.
   *
   * @throws {TypeError} if the network that `setup()` describes cannot be built.
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
   * @param source The bundle's bytes, or where they come from. Bytes belong to the network from
   * then on: it reads weights from them when they are first needed, so they must be neither
   * overwritten nor transferred. To keep using them, pass a copy, `bytes.slice()`.
   * Loading is aborted by giving the `Response` of `fetch(url, { signal })`.
   * @throws {TypeError} if the bundle cannot be fetched or read, or needs an op that was not given.
   * @throws {Error} if the server answers with an error; if there is no GPU, and the device is
   * `"gpu"`; if WebAssembly has no SIMD, and it is `"cpu"`.
   */
  static async load<N extends Network>(
    this: { new (bundle: Bundle, engine: Engine): N; readonly ops: readonly CustomOp[] },
    source: Source,
    options: LoadOptions = {},
  ): Promise<N> {
    const { ops = this.ops, onProgress } = options;
    checkOptions(options);
    // The device is opened during the download.
    const opening = openEngine(options);
    opening.catch(() => {});
    const arrival = new Arrival(ops, (graph, numbers) => {
      // Errors are reported when the complete bundle is read.
      opening.then((engine) => engine.expect?.(graph, numbers)).catch(() => {});
    });
    try {
      const reading = readAll(source, {
        onProgress: onProgress && ((done, total) => onProgress({ stage: "download", done, total })),
        onBytes: (bytes, stays) => arrival.see(bytes, stays),
        cache: options.cache,
      });
      // If no device opens, the download is not awaited.
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
      // A full cache is no failure: the bundle is fetched again the next time.
      keep(source, bytes, options.cache).catch(() => {});
      return network;
    } catch (error) {
      opening.then((engine) => engine.destroy(), () => {});
      throw error;
    }
  }

  /** The model's name. */
  get name(): string {
    return this.#graph.name;
  }

  /** The names of the inputs, and their shapes for the batch that the model was written for. */
  get inputs(): readonly { readonly name: string; readonly shape: Shape }[] {
    return givenInputs(this.#graph).map(({ name, shape }) => ({ name, shape: [...shape] }));
  }

  /** The names of the values that a run returns by default. */
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
   * @param inputs The numbers of each input by its name, `[N, C, H, W]` for images, with any N.
   * @returns The outputs by name.
   * @throws {TypeError} if an input is missing or does not fit, or an output is not known.
   * @throws {RangeError} if a tensor is too large for the GPU, or memory does not suffice.
   * @throws {Error} if the GPU is lost, or the network is destroyed.
   */
  async run(
    inputs: Readonly<Record<string, Input>>,
    { outputs = this.outputs }: RunOptions = {},
  ): Promise<Record<string, Output>> {
    if (!Array.isArray(outputs)) {
      throw new TypeError(
        `Cannot run network: outputs are names in a list, not ${showArgument(outputs)}`,
      );
    }
    // Copied, like the inputs: the caller may change the list while this run waits for others.
    const names = [...outputs];
    return await this.#given(inputs, (programs, tensors) => programs.run(tensors, names));
  }

  /**
   * Resets the states of a recurrent network to zeros. Otherwise an LSTM continues from the state of
   * the last run, as long as the batch size stays the same.
   */
  reset(): void {
    this.#programs?.reset();
  }

  /**
   * Measures the duration of each step of a run: each dispatch on the GPU, each kernel on the CPU.
   * The first run of a network is slower than the others, so run it once before. Other runs wait
   * meanwhile; states advance as in any run.
   *
   * @returns One row per step, in order.
   * @throws {Error} if the GPU has no timestamp queries, or the device is `"reference"`.
   */
  async profile(inputs: Readonly<Record<string, Input>>): Promise<Timing[]> {
    const measure = this.#engine?.profile?.bind(this.#engine);
    return await this.#given(inputs, (programs, tensors) => {
      if (measure) return programs.measure(tensors, this.outputs, measure);
      throw new Error('Cannot profile the network: the device "reference" measures nothing');
    });
  }

  /** Runs an action on the caller's inputs, unless the network is destroyed. */
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

  /** Frees its memory and the device. The network cannot run after that. */
  destroy(): void {
    this.#programs?.destroy();
    this.#engine?.destroy();
    // A reference to a destroyed network must not keep its weights alive.
    this.#engine = this.#programs = undefined;
    this.#graph = { ...this.#graph, constants: new Map() };
  }

  /**
   * Builds the network, in a subclass, with {@linkcode input}, {@linkcode feed} and {@linkcode
   * output}. The constructor of this class calls it: a subclass's own fields are not initialised
   * yet.
   */
  protected setup(): void {}

  /** Adds an input. */
  protected input(name: string, shape: Shape): Chain {
    return this.#builder!.input(name, shape);
  }

  /** Starts from values or constants by name. */
  protected feed(...names: readonly string[]): Chain {
    return this.#builder!.feed(...names);
  }

  /** Makes an input a state, which the network provides: in the next run it takes the `value`. */
  protected remember(input: string, value: string): void {
    this.#builder!.remember(input, value);
  }

  /** Sets which values a run returns by default. */
  protected output(...names: readonly string[]): void {
    this.#builder!.output(...names);
  }
}
