/**
 * A network's programs: one per combination of input shapes and requested outputs.
 *
 * @module
 */
import type { Engine, Program } from "./engine.ts";
import { foldConstants } from "./fold_constants.ts";
import {
  givenInputs,
  type Graph,
  namedValues,
  prune,
  type Value,
  withInputShapes,
} from "./graph.ts";
import { Lease } from "./lease.ts";
import { count, type Output, sameShape, showShape, type Tensor } from "./tensor.ts";
import { Turns } from "./turns.ts";

/** A program for some input shapes and outputs. */
interface Prepared {
  readonly graph: Graph;
  readonly program: Program;
  /**
   * The values that it computes, in the order of its tensors: the outputs and the next states, but
   * for constants.
   */
  readonly results: readonly Value[];
  /** The value of each output's name. */
  readonly values: ReadonlyMap<string, Value>;
  /** The memory of the constants, which must not be returned. */
  readonly kept: ReadonlySet<ArrayBufferLike>;
}

/** The most programs that are kept; the least recently used goes first. */
const mostPrograms = 8;

/** Compiles programs at first use, and caches them. */
export class Programs {
  readonly #leases = new Map<string, Lease<Prepared>>();
  /** The states after the last run, by the names of their inputs. */
  readonly #memory = new Map<string, Tensor>();
  readonly #turns = new Turns();
  readonly #graph: Graph;
  readonly #engine: Pick<Engine, "prepare">;

  constructor(graph: Graph, engine: Pick<Engine, "prepare">) {
    this.#graph = graph;
    this.#engine = engine;
  }

  /**
   * Computes values of the graph by name. Runs of a graph with states are serialised.
   *
   * @param inputs One tensor per input that is not a state, in the graph's order, of any shapes that
   * fit.
   * @throws {TypeError} if the shapes do not fit, or a name is not known.
   */
  run(inputs: readonly Tensor[], outputs: readonly string[]): Promise<Record<string, Output>> {
    return this.#turn(() => this.#run(inputs, outputs));
  }

  /** Runs the graph within `measure`, while no other run is in flight. */
  measure<T>(
    inputs: readonly Tensor[],
    outputs: readonly string[],
    measure: (run: () => Promise<unknown>) => Promise<T>,
  ): Promise<T> {
    return this.#turns.alone(() => measure(() => this.#run(inputs, outputs)));
  }

  /** Resets the states to zeros. */
  reset(): void {
    this.#turn(() => Promise.resolve(this.#memory.clear()));
  }

  /** Destroys all programs, each when its last run has ended. */
  destroy(): void {
    for (const lease of this.#leases.values()) lease.end();
    this.#leases.clear();
  }

  /** Runs an action concurrently with others, or after them if the graph has states. */
  #turn<T>(action: () => Promise<T>): Promise<T> {
    const turns = this.#turns;
    return this.#graph.states.length === 0 ? turns.together(action) : turns.alone(action);
  }

  async #run(
    inputs: readonly Tensor[],
    outputs: readonly string[],
  ): Promise<Record<string, Output>> {
    const lease = this.#lease(inputs, outputs);
    try {
      const { graph, program, results, values, kept } = await lease.take();
      const given = new Map(givenInputs(graph).map((value, i) => [value, inputs[i]!]));
      for (const { input } of graph.states) given.set(input, this.#recall(input));
      const tensors = await program.run(graph.inputs.map((value) => given.get(value)!));
      const own = owning(kept);
      const of = (value: Value) => {
        const data = graph.constants.get(value);
        return own(data ? { shape: value.shape, data } : tensors[results.indexOf(value)]!);
      };
      for (const { input, output } of graph.states) this.#memory.set(input.name, of(output));
      return Object.fromEntries(outputs.map((name) => [name, of(values.get(name)!)]));
    } finally {
      lease.giveBack();
    }
  }

  /** The state of an input after the last run; zeros if there is none for this batch. */
  #recall({ name, shape }: Value): Tensor {
    const kept = this.#memory.get(name);
    if (kept !== undefined && sameShape(kept.shape, shape)) return kept;
    return { shape, data: new Float32Array(count(shape)) };
  }

  #lease(inputs: readonly Tensor[], outputs: readonly string[]): Lease<Prepared> {
    const key = JSON.stringify([inputs.map(({ shape }) => shape), outputs]);
    const known = this.#leases.get(key);
    if (known !== undefined) {
      // Inserted again, it becomes the most recently used.
      this.#leases.delete(key);
      this.#leases.set(key, known);
      return known;
    }
    if (this.#leases.size === mostPrograms) {
      const [oldest, ended] = [...this.#leases][0]!;
      this.#leases.delete(oldest);
      ended.end();
    }
    const lease = new Lease(this.#prepareWithRoom(inputs, outputs));
    lease.prepared.catch(() => {
      if (this.#leases.get(key) === lease) this.#leases.delete(key);
    });
    this.#leases.set(key, lease);
    return lease;
  }

  /** Compiles a program; if memory does not suffice, idle programs are destroyed first. */
  async #prepareWithRoom(
    inputs: readonly Tensor[],
    outputs: readonly string[],
  ): Promise<Prepared> {
    try {
      return await this.#prepare(inputs, outputs);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const idle = [...this.#leases].filter(([, lease]) => lease.isIdle);
      if (idle.length === 0) throw error;
      for (const [key, lease] of idle) {
        this.#leases.delete(key);
        lease.end();
        await lease.prepared.catch(() => {});
      }
      return await this.#prepare(inputs, outputs);
    }
  }

  async #prepare(inputs: readonly Tensor[], outputs: readonly string[]): Promise<Prepared> {
    const whole = fitted(this.#graph, inputs);
    // The data of a transferred buffer is empty.
    if ([...whole.constants].some(([{ shape }, data]) => data.length < count(shape))) {
      throw new Error("Cannot run network: the bytes it was loaded from were transferred");
    }
    const known = namedValues(whole);
    const values = new Map(outputs.map((name) => {
      const value = known.get(name);
      if (value === undefined) {
        throw new TypeError(
          `Cannot run network: it has no value "${name}". Its outputs are ` +
            `${whole.outputs.join(", ")}; convert with --no-optimize to keep folded blobs`,
        );
      }
      return [name, value] as const;
    }));
    const states = whole.states.map(({ output }) => output);
    const wanted = [...new Set([...values.values(), ...states])];
    const graph = foldConstants(prune(whole, wanted));
    const results = wanted.filter((value) => !graph.constants.has(value));
    const program = await this.#engine.prepare(graph, results);
    const kept = new Set(Array.from(graph.constants.values(), ({ buffer }) => buffer));
    return { graph, program, results, values, kept };
  }
}

/**
 * Ensures that no returned tensor shares memory: views of constants or of other returned tensors are
 * copied.
 */
function owning(kept: ReadonlySet<ArrayBufferLike>): (tensor: Tensor) => Output {
  const taken = new Set<ArrayBufferLike>();
  return ({ shape, data }) => {
    const own = kept.has(data.buffer) || taken.has(data.buffer) ? data.slice() : data;
    taken.add(own.buffer);
    // No engine returns shared memory.
    return { shape: [...shape], data: own as Output["data"] };
  };
}

/**
 * The graph for inputs of these shapes.
 *
 * @throws {TypeError} naming the inputs, if the network cannot take them.
 */
function fitted(graph: Graph, inputs: readonly Tensor[]): Graph {
  const given = givenInputs(graph);
  const changed = given.filter(({ shape }, i) => !sameShape(shape, inputs[i]!.shape));
  if (changed.length === 0) return graph;
  const shapes = new Map(given.map(({ name }, i) => [name, inputs[i]!.shape]));
  try {
    return withInputShapes(graph, shapes);
  } catch (cause) {
    const states = changed.map(({ name, shape }) =>
      `input "${name}" is ${showShape(shapes.get(name)!)}, not ${showShape(shape)}`
    );
    throw new TypeError(
      `Cannot run network: ${states.join(" and ")}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
