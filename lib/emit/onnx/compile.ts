/**
 * Compiles a network to ONNX's operators.
 *
 * Values stay in Caffe's order, `[N, C, H, W]`, which is ONNX's as well. The graph takes any batch if
 * the network does.
 *
 * @module
 */
import { type Graph, type Node, prune, type Value } from "../../../runtime/graph.ts";
import type { WeightsType } from "../bundle.ts";
import { BatchMatters, expectImages, forAnyBatch, openShape } from "../open_batch.ts";
import { Refusals } from "../refusals.ts";
import { fitsHalf } from "../rounding/fits_half.ts";
import { multiplicands } from "../rounding/multiplicands.ts";
import { quantize } from "../rounding/quantize.ts";
import { roundToHalves } from "../rounding/round_to_halves.ts";
import type { RoundedRows } from "../rounding/rounded_rows.ts";
import { OnnxBuilder } from "./builder.ts";
import type { Entry } from "./entry.ts";
import { finish } from "./finish.ts";
import type { OnnxGraph, OnnxValue } from "./node.ts";
import { withFewerRegions } from "./proposal.ts";
import { table } from "./table.ts";

/**
 * Compiles a network to an ONNX graph.
 *
 * @param outputs The requested values by the names of the outputs.
 * @param weights The storage format of the weights of convolutions and dense layers.
 * @throws {TypeError} that lists all nodes that ONNX's ops cannot express.
 */
export function compile(
  graph: Graph,
  outputs: ReadonlyMap<string, Value>,
  weights: WeightsType = "float32",
): OnnxGraph {
  const pruned = prune(graph, [...outputs.values()]);
  const rounded = roundedOf(pruned, weights);
  return forAnyBatch(
    pruned,
    (graph, other, isLast) => new Compilation(graph, other, isLast, rounded).run(outputs),
    withFewerRegions(pruned),
  );
}

/** Rounded weights. */
interface Rounded {
  readonly type: "float16" | "int8";
  readonly rows: RoundedRows;
}

/** The weights to be rounded, without those that exceed the range of float16. */
function roundedOf(graph: Graph, weights: WeightsType): ReadonlyMap<Value, Rounded> {
  const rounded = new Map<Value, Rounded>();
  if (weights === "float32") return rounded;
  const multiplied = multiplicands(graph);
  for (const [value, data] of graph.constants) {
    const { name, shape } = value, tensor = { shape, data };
    if (!multiplied.has(name)) continue;
    if (weights === "int8") rounded.set(value, { type: weights, rows: quantize(tensor, name) });
    else if (fitsHalf(tensor)) rounded.set(value, { type: weights, rows: roundToHalves(tensor) });
  }
  return rounded;
}

/** The state of a compilation. */
class Compilation {
  readonly #onnx = new OnnxBuilder();
  readonly #values = new Map<Value, OnnxValue>();
  readonly #names = new Map<string, OnnxValue>();
  readonly #refusals: Refusals;

  constructor(
    private readonly graph: Graph,
    private readonly other: Graph,
    private readonly isLast: boolean,
    private readonly rounded: ReadonlyMap<Value, Rounded>,
  ) {
    this.#refusals = new Refusals("ONNX's", graph);
  }

  run(outputs: ReadonlyMap<string, Value>): OnnxGraph {
    const { graph, other } = this;
    const inputs = graph.inputs.map((value, i) => {
      const shape = openShape(value.shape, other.inputs[i]!.shape);
      const input = this.#onnx.input(value.name, shape);
      this.#values.set(value, input);
      return input;
    });
    for (const [value, data] of graph.constants) {
      const { name, shape } = value, rounded = this.rounded.get(value);
      const constant = rounded === undefined
        ? this.#onnx.constant(name, shape, data)
        : this.#onnx.rounded(name, shape, rounded.type, rounded.rows);
      this.#values.set(value, constant);
    }
    for (const [i, node] of graph.nodes.entries()) this.#apply(node, other.nodes[i]!);
    this.#refusals.throwIfAny();
    const results = new Map([...outputs].map(([name, value]) => {
      return [name, this.#values.get(value)!] as const;
    }));
    return finish(this.#onnx, inputs, results, this.#names);
  }

  #apply(node: Node, other: Node): void {
    const { op, attributes, output } = node;
    const onnx = this.#onnx, shape = openShape(output.shape, other.output.shape);
    const inputs = node.inputs.map((value) => this.#values.get(value)!);
    onnx.scope = output.name;
    const problem = (reason: string) => {
      this.#refusals.add(node, reason);
      // A placeholder lets the remaining nodes be checked too.
      this.#values.set(output, onnx.input(output.name, shape));
    };
    if (op === "custom") return problem("it is a custom op");
    const entry = table[op];
    if ("refused" in entry) return problem(entry.refused);
    try {
      expectImages(op, inputs.map(({ shape }) => shape));
      const value = (entry as Entry<typeof op>)({ onnx, attributes, inputs, shape } as never);
      this.#values.set(output, value);
      if (value.from?.node.name.startsWith(`${output.name}/`)) this.#names.set(output.name, value);
    } catch (error) {
      // With a fixed batch, only the number of detections leaves an extent open.
      if (error instanceof BatchMatters && this.isLast) {
        problem("the shape of its input depends on the number of detections");
      } else if (error instanceof TypeError) problem(error.message);
      else throw error;
    }
  }
}
