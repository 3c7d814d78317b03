/**
 * The compiled TensorFlow graphs of a trainable network: one for each combination of outputs, mode
 * (training or inference) and fixed extents.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { suggest } from "../../proto/suggest.ts";
import {
  givenInputs,
  type Graph,
  namedValues,
  type Node,
  type Value,
  withInputShapes,
} from "../../runtime/graph.ts";
import { showArgument } from "../../runtime/show_argument.ts";
import { resolve } from "../../runtime/ops/attribute.ts";
import { ops } from "../../runtime/ops/mod.ts";
import { showShape } from "../../runtime/tensor.ts";
import { compile } from "../emit/tfjs/compile.ts";
import type { TfGraph, TfNode } from "../emit/tfjs/node.ts";
import { toImage } from "../emit/tfjs/operand.ts";
import { channelsFirst, channelsLast, Constants, execute, type Hook } from "./execute.ts";
import type { Statistics } from "./statistics.ts";

/** A compiled graph. */
interface Program {
  readonly key: string;
  readonly graph: TfGraph;
  readonly constants: Constants;
  /** The constants that are variables, by their node. */
  readonly variables: ReadonlyMap<TfNode, Value>;
  readonly hooks: ReadonlyMap<TfNode, Hook>;
}

/** A forward pass. */
export interface Pass {
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  /** The names of the values to return. */
  readonly outputs: readonly string[];
  readonly training: boolean;
  readonly variables: ReadonlyMap<Value, tf.Variable>;
}

/** The results of a forward pass. */
export interface Passed {
  readonly outputs: Record<string, tf.Tensor>;
  /** In training, the input of each batch normalization layer with statistics, channels last. */
  readonly batches: ReadonlyMap<Statistics, tf.Tensor>;
}

/** Compiles programs when they are first needed. */
export class Programs {
  readonly #programs: Program[] = [];

  constructor(
    private readonly graph: Graph,
    private readonly dropout: ReadonlyMap<string, number>,
    private readonly statistics: ReadonlyMap<Node<"batchNorm">, Statistics>,
  ) {}

  /** Computes values for a batch. */
  run(pass: Pass): Passed {
    const { inputs, outputs, training, variables } = pass;
    const known = givenInputs(this.graph);
    expectInputs(known, inputs);
    if (!Array.isArray(outputs)) {
      throw new TypeError(
        `Cannot run network: outputs are names in a list, not ${showArgument(outputs)}`,
      );
    }
    const program = this.#find(pass), { graph } = program;
    const statistics = training ? [...this.statistics] : [];
    const results = tf.tidy(() => {
      const fed = new Map(known.map(({ name }) => {
        // Kernels for integers and bytes round what they compute.
        const tensor = channelsLast(tf.cast(inputs[name]!, "float32"));
        return [graph.inputs.get(name)!.node, tensor] as const;
      }));
      for (const { input } of this.graph.states) {
        const { node, shape } = graph.inputs.get(input.name)!;
        fed.set(node, tf.zeros([...shape]));
      }
      const tensors = execute(
        graph,
        [...graph.outputs.values()],
        (node) =>
          fed.get(node) ?? variables.get(program.variables.get(node)!) ??
            program.constants.get(node),
        program.hooks,
      );
      const byName = new Map([...graph.outputs.keys()].map((name, i) => [name, tensors[i]!]));
      return {
        outputs: Object.fromEntries(
          outputs.map((name) => [name, channelsFirst(byName.get(outputName(name))!)]),
        ),
        batches: statistics.map(([node]) => byName.get(batchName(node))!),
      };
    });
    return {
      outputs: results.outputs,
      batches: new Map(statistics.map(([, each], i) => [each, results.batches[i]!])),
    };
  }

  /** Frees the constants. */
  dispose(): void {
    for (const { constants } of this.#programs) constants.dispose();
  }

  #find(pass: Pass): Program {
    const { inputs, outputs, training, variables } = pass;
    const key = JSON.stringify([outputs, training, [...variables.keys()].map(({ name }) => name)]);
    const found = this.#programs.find((program) =>
      program.key === key && accepts(program.graph, inputs)
    );
    if (found !== undefined) return found;
    const program = this.#compile(key, pass);
    this.#programs.push(program);
    return program;
  }

  #compile(key: string, { inputs, outputs, training, variables }: Pass): Program {
    const shapes = new Map(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
    const fitted = withInputShapes(this.graph, shapes);
    const statistics = new Set([...this.statistics.keys()].map(({ output }) => output.name));
    const nodes = fitted.nodes.map((node) =>
      training && node.op === "batchNorm" && statistics.has(node.output.name)
        ? normalizingBatch(node)
        : node
    );
    const graph = { ...fitted, nodes };
    const known = namedValues(graph);
    const wanted = new Map(outputs.map((name) => {
      const value = known.get(name);
      if (value === undefined) {
        const hint = `; its outputs are ${graph.outputs.join(", ")}`;
        throw new TypeError(
          `Cannot run network: it has no value "${name}"${suggest(name, known.keys(), hint)}`,
        );
      }
      return [outputName(name), value] as const;
    }));
    const batches = nodes.filter(({ output }) => training && statistics.has(output.name))
      .map((node) => [batchName(node), node.inputs[0]!] as const);
    const dropped = nodes.filter(({ output }) => training && this.dropout.has(output.name));
    const compiled = compile(graph, new Map([...wanted, ...batches]), {
      variables: new Set(variables.keys()),
      trains: training,
      marked: new Map(dropped.map(({ output }) => [output.name, output])),
    });
    const byName = new Map([...variables.keys()].map((value) => [value.name, value]));
    return {
      key,
      graph: compiled,
      variables: new Map(
        compiled.nodes.filter(({ variable }) => variable !== undefined)
          .map((node) => [node, byName.get(node.variable!)!]),
      ),
      constants: new Constants(compiled),
      hooks: new Map([...compiled.marks].map(([name, node]) => {
        const rate = this.dropout.get(name)!;
        return [node, (x) => tf.dropout(x, rate)];
      })),
    };
  }
}

/** The name of a requested value among the outputs of a compiled graph. */
function outputName(value: string): string {
  return `output ${value}`;
}

/** The name of a batch normalization's input among them. */
function batchName({ output }: Node): string {
  return `batch ${output.name}`;
}

/** Refuses unknown and missing inputs. */
function expectInputs(
  known: readonly Value[],
  given: Readonly<Record<string, tf.Tensor>>,
): void {
  const names = known.map(({ name }) => name);
  if (Object(given) !== given) {
    throw new TypeError(
      `Cannot run network: its inputs are { ${names.join(", ")} }, not ${showArgument(given)}`,
    );
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot run network: it has no input "${unknown}"; its inputs are ${names.join(", ")}`,
    );
  }
  for (const { name, shape } of known) {
    const refuse = (state: string) => new TypeError(`Cannot run network: input "${name}" ${state}`);
    if (!Object.hasOwn(given, name)) throw refuse(`${showShape(shape)} is missing`);
    const tensor = given[name];
    if (!Array.isArray(tensor?.shape)) {
      throw refuse(`is no tensor: make one with tf.tensor(numbers, ${showShape(shape)})`);
    }
    if (tensor.isDisposed) throw refuse("was disposed");
    if (["string", "complex64"].includes(tensor.dtype)) {
      throw refuse(`is of the type ${tensor.dtype}, not numbers`);
    }
  }
}

/** The node in training: it normalizes by the statistics of the batch. */
function normalizingBatch({ attributes: { eps }, inputs, output }: Node<"batchNorm">): Node {
  const attributes = resolve(ops.standardize.schema, { over: "channel", eps, epsUnderRoot: true });
  return { op: "standardize", attributes, inputs: [inputs[0]!], output } as Node;
}

/** Whether the inputs have the extents that the graph was compiled for. */
function accepts({ inputs }: TfGraph, given: Readonly<Record<string, tf.Tensor>>): boolean {
  return [...inputs].every(([name, { shape }]) => {
    const tensor = given[name];
    // The state of a recurrent network is not given.
    if (tensor === undefined) return true;
    if (tensor.rank !== shape.length) return false;
    const extents = shape.length === 4 ? toImage.map((axis) => tensor.shape[axis]!) : tensor.shape;
    return shape.every((extent, axis) => extent === -1 || extent === extents[axis]);
  });
}
