/**
 * The programs of a network: one for each combination of input shapes and outputs asked for.
 *
 * @module
 */
import type { Engine, Program } from "./engine.ts";
import { type Graph, namedValues, withInputShapes } from "./graph.ts";
import { Lease } from "./lease.ts";
import { sameShape, showShape, type Tensor } from "./tensor.ts";

/** A program, and where each name's tensor is among its results. */
interface Prepared {
  readonly program: Program;
  readonly values: ReadonlyMap<string, number>;
}

/** So many are kept; the one that was asked for longest ago goes first. */
const mostPrograms = 8;

/** Makes programs when they are first needed, and keeps them for the next time. */
export class Programs {
  readonly #leases = new Map<string, Lease<Prepared>>();

  constructor(private readonly graph: Graph, private readonly engine: Engine) {}

  /**
   * Computes values of the graph by name.
   *
   * @param inputs One tensor an input of the graph, in the graph's order, of any shapes that fit.
   * @throws {TypeError} if the shapes do not fit, or a name is not known.
   */
  async run(
    inputs: readonly Tensor[],
    outputs: readonly string[],
  ): Promise<Record<string, Tensor>> {
    const lease = this.#lease(inputs, outputs);
    try {
      const { program, values } = await lease.take();
      const results = await program.run(inputs);
      return Object.fromEntries(outputs.map((name) => [name, results[values.get(name)!]!]));
    } finally {
      lease.giveBack();
    }
  }

  /** Lets go of all programs, each when its last run has ended. */
  destroy(): void {
    for (const lease of this.#leases.values()) lease.end();
    this.#leases.clear();
  }

  #lease(inputs: readonly Tensor[], outputs: readonly string[]): Lease<Prepared> {
    const key = JSON.stringify([inputs.map(({ shape }) => shape), outputs]);
    const known = this.#leases.get(key);
    if (known !== undefined) {
      // Added anew, it is the last one to go.
      this.#leases.delete(key);
      this.#leases.set(key, known);
      return known;
    }
    if (this.#leases.size === mostPrograms) {
      const [oldest, ended] = [...this.#leases][0]!;
      this.#leases.delete(oldest);
      ended.end();
    }
    const lease = new Lease(this.#prepare(inputs, outputs));
    lease.prepared.catch(() => {
      if (this.#leases.get(key) === lease) this.#leases.delete(key);
    });
    this.#leases.set(key, lease);
    return lease;
  }

  async #prepare(inputs: readonly Tensor[], outputs: readonly string[]): Promise<Prepared> {
    const graph = fitted(this.graph, inputs);
    const known = namedValues(graph);
    const values = outputs.map((name) => {
      const value = known.get(name);
      if (value === undefined) {
        throw new TypeError(
          `Cannot run network: it has no value "${name}". Its outputs are ` +
            `${graph.outputs.join(", ")}; a blob that was folded into another layer is there if ` +
            `the model is converted with --no-optimize`,
        );
      }
      return value;
    });
    const distinct = [...new Set(values)];
    const program = await this.engine.prepare(graph, distinct);
    return {
      program,
      values: new Map(outputs.map((name, i) => [name, distinct.indexOf(values[i]!)])),
    };
  }
}

/** The graph for inputs of these shapes. */
function fitted(graph: Graph, inputs: readonly Tensor[]): Graph {
  const changed = graph.inputs.filter(({ shape }, i) => !sameShape(shape, inputs[i]!.shape));
  if (changed.length === 0) return graph;
  const shapes = new Map(graph.inputs.map(({ name }, i) => [name, inputs[i]!.shape]));
  try {
    return withInputShapes(graph, shapes);
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
