/**
 * Compiles a network to TensorFlow's ops.
 *
 * Images are `[N, H, W, C]` throughout; axes are transposed only where an op needs Caffe's order.
 * The graph takes any batch if the network does: extents that change with the batch are left open.
 *
 * @module
 */
import { type Graph, type Node, prune, type Value } from "../../../runtime/graph.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { expectImages, forAnyBatch, openShape } from "../open_batch.ts";
import { Refusals } from "../refusals.ts";
import { TfBuilder } from "./builder.ts";
import type { Entry } from "./entry.ts";
import { finish } from "./finish.ts";
import type { TfGraph, TfValue } from "./node.ts";
import { type Laid, Operand, toImage } from "./operand.ts";
import { table } from "./table.ts";

/** Options of a compilation. */
export interface CompileOptions {
  /** Constants that become variables: they get a node, but no numbers. */
  readonly variables?: ReadonlySet<Value>;
  /** Whether the variables are to be trained. */
  readonly trains?: boolean;
  /** Values whose nodes are to be reported, under any names. */
  readonly marked?: ReadonlyMap<string, Value>;
}

/**
 * Compiles a network to a TensorFlow graph, whose images are `[N, H, W, C]`.
 *
 * @param outputs The requested values by the names of the outputs.
 * @throws {TypeError} that lists all nodes that TensorFlow's ops cannot express.
 */
export function compile(
  graph: Graph,
  outputs: ReadonlyMap<string, Value>,
  options: CompileOptions = {},
): TfGraph {
  const pruned = prune(graph, [...outputs.values()]);
  return forAnyBatch(pruned, (graph, other) => {
    return new Compilation(graph, other, options).run(outputs);
  });
}

/** The state of a compilation. */
class Compilation {
  readonly #tf: TfBuilder;
  readonly #operands = new Map<Value, Operand>();
  readonly #names = new Map<TfValue["node"], string>();
  readonly #written = new Map<Value, TfValue>();
  readonly #refusals: Refusals;

  constructor(
    private readonly graph: Graph,
    private readonly other: Graph,
    private readonly options: CompileOptions,
  ) {
    this.#tf = new TfBuilder(options.trains);
    this.#refusals = new Refusals("TensorFlow's", graph);
  }

  run(outputs: ReadonlyMap<string, Value>): TfGraph {
    const { graph, other } = this;
    const inputs = new Map(graph.inputs.map((value, i) => {
      const { name } = value;
      const shape = openShape(value.shape, other.inputs[i]!.shape);
      const isImage = shape.length === 4;
      const fed = isImage ? toImage.map((axis) => shape[axis]!) : shape;
      const placeholder = this.#tf.placeholder(name, fed);
      this.#add(value, shape, { layout: isImage ? "image" : "caffe", value: placeholder });
      return [name, placeholder] as const;
    }));
    const statistics = statisticsOf(graph);
    for (const [value, data] of graph.constants) {
      const { name, shape } = value;
      const constant = this.options.variables?.has(value)
        ? this.#tf.variable(name, shape)
        : this.#tf.constant(name, shape, data, statistics.has(value) ? "statistics" : "weights");
      this.#add(value, shape, { layout: "caffe", value: constant });
    }
    for (const [i, node] of graph.nodes.entries()) this.#apply(node, other.nodes[i]!);
    this.#refusals.throwIfAny();
    const results = new Map([...outputs].map(([name, value]) => {
      const operand = this.#operands.get(value)!;
      return [name, operand.shape.length === 4 ? operand.image : operand.caffe] as const;
    }));
    const marked = new Map([...this.options.marked ?? []].flatMap(([name, value]) => {
      const written = this.#written.get(value);
      return written === undefined ? [] : [[name, written] as const];
    }));
    return finish(this.#tf, inputs, results, this.#names, marked);
  }

  #apply(node: Node, other: Node): void {
    const { op, attributes, output } = node;
    const shape = openShape(output.shape, other.output.shape);
    const inputs = node.inputs.map((value) => this.#operands.get(value)!);
    this.#tf.scope = output.name;
    const problem = (reason: string) => {
      this.#refusals.add(node, reason);
      // A placeholder lets the remaining nodes be checked too.
      const value = this.#tf.placeholder(output.name, shape);
      this.#add(output, shape, { layout: "caffe", value });
    };
    if (op === "custom") return problem("it is a custom op");
    const entry = table[op];
    if ("refused" in entry) return problem(entry.refused);
    expectImages(op, inputs.map(({ shape }) => shape));
    try {
      const laid = (entry as Entry<typeof op>)(
        {
          tf: this.#tf,
          name: output.name,
          attributes,
          inputs,
          shape,
          known: output.shape,
        } as never,
      );
      this.#add(output, shape, laid);
      if (laid.value.node.name.startsWith(`${output.name}/`)) {
        this.#names.set(laid.value.node, output.name);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      problem(error.message);
    }
  }

  #add(value: Value, shape: Shape, laid: Laid): void {
    this.#written.set(value, laid.value);
    this.#operands.set(value, new Operand(this.#tf, shape, value.shape, laid));
  }
}

/** The means and variances of batch normalization. */
function statisticsOf({ nodes }: Graph): ReadonlySet<Value> {
  return new Set(nodes.flatMap(({ op, inputs }) => op === "batchNorm" ? inputs.slice(1) : []));
}
