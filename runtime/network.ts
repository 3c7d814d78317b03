/**
 * A trained network, ready to run.
 *
 * @module
 */
import { type Bundle, readBundle } from "./bundle.ts";
import type { Engine, Program } from "./engine.ts";
import { type Chain, FluentBuilder } from "./fluent.ts";
import { openDevice } from "./gpu/device.ts";
import { GpuEngine } from "./gpu/engine.ts";
import { type Graph, namedValues, type Value, withInputShapes } from "./graph.ts";
import { Lease } from "./lease.ts";
import type { Preprocessing } from "./preprocess.ts";
import { referenceEngine } from "./reference.ts";
import { readAll, type Source } from "./source.ts";
import { count, sameShape, type Shape, showShape, type Tensor } from "./tensor.ts";

/** How a network is loaded. */
export interface LoadOptions {
  /**
   * Where it runs: `"gpu"` (the default), `"cpu"` for plain loops, which are slow, or a device
   * that is open already and stays open when the network is destroyed.
   */
  readonly device?: "gpu" | "cpu" | GPUDevice;
  /** Is told how loading goes. */
  readonly onProgress?: (progress: Progress) => void;
}

/** How far loading has come. */
export interface Progress {
  /** `"download"` counts bytes, `"read"` counts constants. */
  readonly stage: "download" | "read";
  /** How many have come. */
  readonly done: number;
  /** How many there are; `undefined` if nobody knows. */
  readonly total: number | undefined;
}

/** How a network is run. */
export interface RunOptions {
  /** The names of the values to return, instead of the network's outputs. */
  readonly outputs?: readonly string[];
}

/** What an input can be: a tensor, or just its numbers, from which the batch follows. */
export type Input = Tensor | ArrayLike<number>;

/** Programs for so many combinations of shapes and outputs are kept. */
const maxPrograms = 8;

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
  /** How images become its input, where the model says. */
  readonly preprocessing: Preprocessing | null;
  /** The names of its classes, where the model says. */
  readonly labels: readonly string[] | null;
  readonly #builder: FluentBuilder;
  readonly #graph: Graph;
  readonly #engine: Engine;
  readonly #programs = new Map<string, Lease<Prepared>>();
  #destroyed = false;

  /**
   * Made by {@linkcode Network.load}.
   *
   * @throws {TypeError} if `setup()` describes what cannot be built.
   */
  constructor(bundle: Bundle, engine: Engine) {
    this.preprocessing = bundle.preprocessing;
    this.labels = bundle.labels;
    this.#engine = engine;
    this.#builder = new FluentBuilder(bundle.constants);
    this.setup();
    this.#graph = this.#builder.finish(bundle.graph.name) ?? bundle.graph;
  }

  /**
   * Loads a network from a bundle. A subclass takes the weights from the bundle, and the layers
   * from its own `setup()`.
   *
   * @param source The bundle's bytes, or where they come from.
   * @throws {TypeError} if the bundle cannot be read.
   * @throws {Error} if there is no GPU, and the device is not `"cpu"`.
   */
  static async load<N extends Network>(
    this: new (bundle: Bundle, engine: Engine) => N,
    source: Source,
    { device = "gpu", onProgress }: LoadOptions = {},
  ): Promise<N> {
    const bytes = await readAll(
      source,
      (done, total) => onProgress?.({ stage: "download", done, total }),
    );
    const bundle = await readBundle(
      bytes,
      (done, total) => onProgress?.({ stage: "read", done, total }),
    );
    const engine = await openEngine(device);
    try {
      return new this(bundle, engine);
    } catch (error) {
      engine.destroy();
      throw error;
    }
  }

  /** Its name, as the model gives it. */
  get name(): string {
    return this.#graph.name;
  }

  /** What it runs on. */
  get device(): string {
    return this.#engine.description;
  }

  /** What a run needs: names, and shapes for the batch the model was written for. */
  get inputs(): readonly { readonly name: string; readonly shape: Shape }[] {
    return this.#graph.inputs;
  }

  /** The names of the values that a run returns. */
  get outputs(): readonly string[] {
    return this.#graph.outputs;
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
  ): Promise<Record<string, Tensor>> {
    if (this.#destroyed) throw new Error("Cannot run network: it was destroyed");
    const tensors = this.#readInputs(inputs);
    const lease = this.#lease(tensors, outputs);
    try {
      const { program, values } = await lease.take();
      const results = await program.run(tensors);
      return Object.fromEntries(outputs.map((name) => [name, results[values.get(name)!]!]));
    } catch (cause) {
      if (!this.#destroyed) throw cause;
      throw new Error("Cannot run network: it was destroyed meanwhile", { cause });
    } finally {
      lease.giveBack();
    }
  }

  /** Lets go of the GPU's memory. The network cannot run after that. */
  destroy(): void {
    this.#destroyed = true;
    for (const lease of this.#programs.values()) lease.end();
    this.#programs.clear();
    this.#engine.destroy();
  }

  /** Builds the network, in a subclass, with {@linkcode input}, {@linkcode feed} and {@linkcode output}. */
  protected setup(): void {}

  /** Adds an input. */
  protected input(name: string, shape: Shape): Chain {
    return this.#builder.input(name, shape);
  }

  /** Starts from values by their names. */
  protected feed(...names: readonly string[]): Chain {
    return this.#builder.feed(...names);
  }

  /** Says which values a run returns. */
  protected output(...names: readonly string[]): void {
    this.#builder.output(...names);
  }

  #readInputs(inputs: Readonly<Record<string, Input>>): Tensor[] {
    const known = this.#graph.inputs.map(({ name }) => name);
    for (const name of Object.keys(inputs)) {
      if (!known.includes(name)) {
        throw new TypeError(
          `Cannot run network: it has no input "${name}"; its inputs are ${known.join(", ")}`,
        );
      }
    }
    return this.#graph.inputs.map((value) => {
      if (!Object.hasOwn(inputs, value.name)) {
        throw new TypeError(
          `Cannot run network: input "${value.name}" ${showShape(value.shape)} is missing`,
        );
      }
      return toTensor(inputs[value.name]!, value);
    });
  }

  /** The program for inputs of these shapes and these outputs, made at its first use. */
  #lease(tensors: readonly Tensor[], outputs: readonly string[]): Lease<Prepared> {
    const key = JSON.stringify([tensors.map(({ shape }) => shape), outputs]);
    let lease = this.#programs.get(key);
    if (lease === undefined) {
      const made = lease = new Lease(this.#makeProgram(tensors, outputs));
      made.prepared.catch(() => {
        if (this.#programs.get(key) === made) this.#programs.delete(key);
      });
      if (this.#programs.size === maxPrograms) {
        const [oldest, ended] = [...this.#programs][0]!;
        this.#programs.delete(oldest);
        ended.end();
      }
    } else {
      this.#programs.delete(key);
    }
    this.#programs.set(key, lease);
    return lease;
  }

  async #makeProgram(tensors: readonly Tensor[], outputs: readonly string[]): Promise<Prepared> {
    const graph = this.#reshape(tensors);
    const known = namedValues(graph);
    const values = outputs.map((name) => {
      const value = known.get(name);
      if (value === undefined) {
        throw new TypeError(
          `Cannot run network: it has no value "${name}". Its outputs are ` +
            `${this.outputs.join(", ")}; a blob that was folded into another layer is there if ` +
            `the model is converted with --no-optimize`,
        );
      }
      return value;
    });
    const distinct = [...new Set(values)];
    const program = await this.#engine.prepare(graph, distinct);
    return {
      program,
      values: new Map(outputs.map((name, i) => [name, distinct.indexOf(values[i]!)])),
    };
  }

  #reshape(tensors: readonly Tensor[]): Graph {
    const { inputs } = this.#graph;
    const changed = inputs.filter((value, i) => !sameShape(value.shape, tensors[i]!.shape));
    if (changed.length === 0) return this.#graph;
    const shapes = new Map(inputs.map((value, i) => [value.name, tensors[i]!.shape]));
    try {
      return withInputShapes(this.#graph, shapes);
    } catch (cause) {
      const told = changed.map(({ name, shape }) =>
        `input "${name}" is ${showShape(shapes.get(name)!)}, not ${showShape(shape)}`
      );
      throw new TypeError(
        `Cannot run network: ${told.join(" and ")}: ${(cause as Error).message}`,
        { cause },
      );
    }
  }
}

/** A program, and where each name's tensor is among its results. */
interface Prepared {
  readonly program: Program;
  readonly values: ReadonlyMap<string, number>;
}

function toTensor(input: Input, { name, shape }: Value): Tensor {
  if (typeof input !== "object" || input === null) {
    throw new TypeError(`Cannot run network: input "${name}" is ${input}, not numbers or a tensor`);
  }
  const given = "shape" in input ? input : undefined;
  const numbers = given?.data ?? input as ArrayLike<number>;
  const data = numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
  if (given !== undefined) {
    const whole = given.shape.every((extent) => Number.isInteger(extent) && extent > 0);
    if (whole && count(given.shape) === data.length) return { shape: given.shape, data };
    throw new TypeError(
      `Cannot run network: input "${name}" has ${data.length} numbers, but its shape is ` +
        showShape(given.shape),
    );
  }
  if (data.length === count(shape)) return { shape, data };
  const batch = data.length / count(shape.slice(1));
  if (shape.length < 2 || batch < 1 || !Number.isInteger(batch)) {
    throw new TypeError(
      `Cannot run network: input "${name}" has ${data.length} numbers, which are not samples of ` +
        showShape(shape.slice(1)),
    );
  }
  return { shape: shape.with(0, batch), data };
}

async function openEngine(device: "gpu" | "cpu" | GPUDevice): Promise<Engine> {
  if (device === "cpu") return referenceEngine;
  if (device === "gpu") return new GpuEngine(await openDevice(), true);
  return new GpuEngine(device, false);
}
