/**
 * Compiles a network to TensorFlow's ops.
 *
 * Images are `[N, H, W, C]` throughout; axes are transposed only where an op needs Caffe's order.
 * The graph takes any batch if the network does: extents that change with the batch are left open.
 *
 * @module
 */
import {
  type Graph,
  type Node,
  opNameOf,
  prune,
  type Value,
  withInputShapes,
} from "../../../runtime/graph.ts";
import type { OpName } from "../../../runtime/ops/mod.ts";
import { sameShape, type Shape } from "../../../runtime/tensor.ts";
import { BatchMatters } from "./array_builder.ts";
import { TfBuilder } from "./builder.ts";
import type { Entry } from "./entry.ts";
import { finish } from "./finish.ts";
import type { TfGraph, TfValue } from "./node.ts";
import { type Laid, Operand } from "./operand.ts";
import { table } from "./table.ts";

/** Options of a compilation. */
export interface CompileOptions {
  /** Constants that become variables: they get a node, but no numbers. */
  readonly variables?: ReadonlySet<Value>;
  /** Whether the variables are to be trained. */
  readonly trains?: boolean;
  /** Values whose nodes are requested, under any names. */
  readonly marked?: ReadonlyMap<string, Value>;
}

/**
 * Compiles a network to a TensorFlow graph, whose images are `[N, H, W, C]`.
 *
 * @param outputs The requested values, by their names in the graph.
 * @throws {TypeError} that lists all nodes that TensorFlow's ops cannot express.
 */
export function compile(
  graph: Graph,
  outputs: ReadonlyMap<string, Value>,
  options: CompileOptions = {},
): TfGraph {
  const pruned = prune(graph, [...outputs.values()]);
  const larger = withLargerBatch(pruned);
  if (larger !== undefined) {
    try {
      return new Compilation(pruned, larger, options).run(outputs);
    } catch (error) {
      // A network that needs a known batch gets a graph for this one.
      if (!(error instanceof BatchMatters)) throw error;
    }
  }
  return new Compilation(pruned, pruned, options).run(outputs);
}

/** The network with one more sample; `undefined` if it takes no other batch. */
function withLargerBatch(graph: Graph): Graph | undefined {
  const shapes = graph.inputs.map(({ name, shape }) => {
    const [batch, ...sample] = shape;
    return [name, batch === undefined ? shape : [batch + 1, ...sample]] as const;
  });
  try {
    return withInputShapes(graph, new Map(shapes));
  } catch {
    return undefined;
  }
}

/** The state of a compilation. */
class Compilation {
  readonly #tf: TfBuilder;
  readonly #operands = new Map<Value, Operand>();
  readonly #names = new Map<TfValue["node"], string>();
  readonly #written = new Map<Value, TfValue>();
  readonly #problems: string[] = [];

  constructor(
    private readonly graph: Graph,
    private readonly larger: Graph,
    private readonly options: CompileOptions,
  ) {
    this.#tf = new TfBuilder(options.trains);
  }

  run(outputs: ReadonlyMap<string, Value>): TfGraph {
    const { graph, larger } = this;
    const inputs = new Map(graph.inputs.map((value, i) => {
      const { name } = value;
      const shape = openShape(value.shape, larger.inputs[i]!.shape);
      const isImage = shape.length === 4;
      const fed = isImage ? [shape[0]!, shape[2]!, shape[3]!, shape[1]!] : shape;
      const placeholder = this.#tf.placeholder(name, fed);
      this.#add(value, shape, { layout: isImage ? "image" : "caffe", value: placeholder });
      return [name, placeholder] as const;
    }));
    for (const [value, data] of graph.constants) {
      const { name, shape } = value;
      const constant = this.options.variables?.has(value)
        ? this.#tf.variable(name, shape)
        : this.#tf.constant(name, shape, data);
      this.#add(value, shape, { layout: "caffe", value: constant });
    }
    for (const [i, node] of graph.nodes.entries()) this.#apply(node, larger.nodes[i]!);
    if (this.#problems.length > 0) refuse(this.#problems);
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

  #apply(node: Node, larger: Node): void {
    const { op, attributes, output } = node;
    const shape = openShape(output.shape, larger.output.shape);
    const inputs = node.inputs.map((value) => this.#operands.get(value)!);
    this.#tf.scope = output.name;
    const problem = (reason: string) => {
      this.#problems.push(`"${output.name}" (${opNameOf(node)}): ${reason}`);
      // A placeholder lets the remaining nodes be checked too.
      const value = this.#tf.placeholder(output.name, shape);
      this.#add(output, shape, { layout: "caffe", value });
    };
    if (op === "custom") return problem("it is an op of somebody's own");
    const entry = table[op];
    if ("refused" in entry) return problem(entry.refused);
    if (windowed.has(op) && inputs.some(({ shape }) => shape.includes(-1, 1))) {
      throw new BatchMatters();
    }
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

/** Ops that compute with an image's extents, which a Permute may have mixed with samples. */
const windowed: ReadonlySet<string> = new Set<OpName>([
  "conv2d",
  "conv3d",
  "correlation",
  "deconv2d",
  "downsample",
  "flowWarp",
  "im2col",
  "interp",
  "lrn",
  "pool2d",
  "priorBox",
  "reorg",
  "resample",
  "upsample",
]);

/** The extents, with −1 for those that the batch changes. */
function openShape(shape: Shape, larger: Shape): Shape {
  if (sameShape(shape, larger)) return shape;
  return shape.map((extent, axis) => extent === larger[axis] ? extent : -1);
}

function refuse(problems: readonly string[]): never {
  const what = problems.length === 1 ? "a node" : `${problems.length} nodes`;
  throw new TypeError(
    `Cannot express the network in TensorFlow's ops: there are none for ${what}:` +
      problems.map((problem) => `\n  ${problem}`).join(""),
  );
}
