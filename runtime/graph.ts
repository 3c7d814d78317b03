/**
 * The intermediate representation: a network as a list of ops in execution order.
 *
 * @module
 */
import type { AttributesOf, Schema } from "./ops/attribute.ts";
import { type AnyOp, type Attributes, definitionOf, isOpName, type OpName } from "./ops/mod.ts";
import type { CustomOp } from "./ops/op.ts";
import { count, sameShape, type Shape, showShape, type Tensor, unknownShape } from "./tensor.ts";
import { UniqueNames } from "./unique_names.ts";

/** A tensor of the graph: an input, a constant, or the output of a node. */
export interface Value {
  /** Its name, unique in the graph. A node's output has the node's name. */
  readonly name: string;
  /** The extent of each of its axes. */
  readonly shape: Shape;
}

/**
 * One op applied to values. Testing `node.op` narrows `node.attributes`. A node with a custom op
 * has `op: "custom"` and the definition in `custom`.
 */
export type Node<Name extends OpName | "custom" = OpName | "custom"> = {
  [N in Name]: {
    readonly op: N;
    readonly custom?: N extends "custom" ? CustomOp : undefined;
    readonly attributes: N extends OpName ? Attributes[N] : Readonly<Record<string, unknown>>;
    readonly inputs: readonly Value[];
    readonly output: Value;
  };
}[Name];

/** The definition of a node's op. */
export function opOf({ op, custom }: Node): AnyOp {
  return definitionOf(custom ?? op as OpName);
}

/** The name of a node's op. */
export function opNameOf({ op, custom }: Node): string {
  return custom?.name ?? op;
}

/** The multiply-accumulates of a node. */
export function macsOf(node: Node): number {
  const { attributes, inputs, output } = node;
  return opOf(node).macs?.(attributes, inputs.map(({ shape }) => shape), output.shape) ?? 0;
}

/** A recurrent state: memory from one run to the next. */
export interface State {
  /** The input that holds it; zeros in the first run. */
  readonly input: Value;
  /** The value that becomes the input of the next run. */
  readonly output: Value;
}

/** A network. */
export interface Graph {
  /** The name of the network. */
  readonly name: string;
  /** The inputs of a run: the caller provides those that are not states. */
  readonly inputs: readonly Value[];
  /** The recurrent states. */
  readonly states: readonly State[];
  /** Values that never change: weights, biases and the like. */
  readonly constants: ReadonlyMap<Value, Float32Array>;
  /** In topological order: every value is written before it is read. */
  readonly nodes: readonly Node[];
  /**
   * Values by their public names. A value without one is known by its own: {@linkcode namedValues}
   * gives all that can be requested.
   */
  readonly names: ReadonlyMap<string, Value>;
  /** The names of the values that a run returns by default. */
  readonly outputs: readonly string[];
}

/** Builds a graph. Each call returns a value whose shape is already known. */
export class GraphBuilder {
  readonly #inputs: Value[] = [];
  readonly #states: State[] = [];
  readonly #constants = new Map<Value, Float32Array>();
  readonly #nodes: Node[] = [];
  readonly #names = new UniqueNames();

  /** Adds a value that the caller provides at each run. */
  input(name: string, shape: Shape): Value {
    const value = { name: this.#names.take(name), shape };
    this.#inputs.push(value);
    return value;
  }

  /**
   * Makes an input a state: in the next run it takes the value of `output` in this one.
   *
   * @throws {TypeError} if `input` is not an input, or the shapes differ.
   */
  remember(input: Value, output: Value): void {
    const known = this.#inputs.includes(input) && !this.#states.some((s) => s.input === input);
    if (!known || !sameShape(input.shape, output.shape)) {
      throw new TypeError(
        `"${output.name}" ${showShape(output.shape)} cannot be what "${input.name}" ` +
          `${showShape(input.shape)} is in the next run`,
      );
    }
    this.#states.push({ input, output });
  }

  /** Adds a value that never changes. */
  constant(name: string, { shape, data }: Tensor): Value {
    const value = { name: this.#names.take(name), shape };
    this.#constants.set(value, data);
    return value;
  }

  /**
   * Applies an op.
   *
   * @throws {TypeError} if the op cannot be applied to values of these shapes.
   */
  apply<Name extends OpName>(
    op: Name,
    name: string,
    inputs: readonly Value[],
    attributes: Attributes[Name],
  ): Value;
  /**
   * Applies a custom op.
   *
   * @throws {TypeError} if the op cannot be applied to values of these shapes.
   */
  apply<S extends Schema>(
    op: CustomOp<S>,
    name: string,
    inputs: readonly Value[],
    attributes: AttributesOf<S>,
  ): Value;
  apply(
    op: OpName | CustomOp,
    name: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, unknown>>,
  ): Value {
    const kind = typeof op === "string" ? { op } : { op: "custom", custom: op };
    if (kind.custom && isOpName(kind.custom.name)) {
      throw new TypeError(`its op is called "${kind.custom.name}", which is one of the runtime's`);
    }
    const node = { ...kind, attributes, inputs } as Node;
    const shape = shapeOf(node, inputs);
    const output = { name: this.#names.take(name), shape };
    this.#nodes.push({ ...node, output });
    return output;
  }

  /** The nodes so far. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** The numbers of a constant; `undefined` for other values. */
  dataOf(value: Value): Float32Array | undefined {
    return this.#constants.get(value);
  }

  /** The finished graph. */
  build(
    name: string,
    names: Iterable<readonly [name: string, value: Value]>,
    outputs: readonly string[],
  ): Graph {
    return {
      name,
      inputs: this.#inputs,
      states: this.#states,
      constants: this.#constants,
      nodes: this.#nodes,
      names: new Map(names),
      outputs,
    };
  }
}

/** What a run computes by default: the outputs, and the states for the next run. */
export function resultsOf(graph: Graph): readonly Value[] {
  const known = namedValues(graph);
  const states = graph.states.map(({ output }) => output);
  return [...graph.outputs.map((name) => known.get(name)!), ...states];
}

/** The inputs that the caller provides. */
export function givenInputs({ inputs, states }: Graph): readonly Value[] {
  return inputs.filter((value) => !states.some(({ input }) => input === value));
}

/**
 * All values that can be requested, by name: public names, and the own names of values without one.
 * A value with public names is not offered by its own: fusion may have made it something else.
 */
export function namedValues({ inputs, nodes, names }: Graph): ReadonlyMap<string, Value> {
  const named = new Set(names.values());
  const own = [...inputs, ...nodes.map(({ output }) => output)]
    .filter((value) => !named.has(value))
    .map((value) => [value.name, value] as const);
  return new Map([...own, ...names]);
}

/**
 * For each value, the index of the last node that reads it; `Infinity` for outputs. A value that is
 * never read has the index of the node that writes it.
 */
export function lastUses(graph: Graph, outputs: readonly Value[]): Map<Value, number> {
  const uses = new Map<Value, number>();
  for (const [position, node] of graph.nodes.entries()) {
    uses.set(node.output, position);
    for (const value of node.inputs) uses.set(value, position);
  }
  for (const value of outputs) uses.set(value, Infinity);
  return uses;
}

/** The graph without nodes and constants that `outputs` do not depend on. */
export function prune(graph: Graph, outputs: readonly Value[]): Graph {
  const needed = new Set(outputs);
  const nodes = graph.nodes.toReversed().filter(({ inputs, output }) => {
    if (!needed.has(output)) return false;
    for (const value of inputs) needed.add(value);
    return true;
  }).reverse();
  const constants = [...graph.constants].filter(([value]) => needed.has(value));
  return { ...graph, nodes, constants: new Map(constants) };
}

/**
 * The same network for inputs of other shapes. Constants stay the same values.
 *
 * @throws {TypeError} naming the node, if an op cannot be applied to its new input shapes.
 */
export function withInputShapes(graph: Graph, shapes: ReadonlyMap<string, Shape>): Graph {
  if (graph.states.length === 0) return withShapes(graph, shapes);
  // The shape of a state follows from the value that it takes.
  const unknown = graph.states.map(({ input }) => [input.name, unknownShape] as const);
  const { states } = withShapes(graph, new Map([...shapes, ...unknown]));
  const left = states.map(({ input, output }) => [input.name, output.shape] as const);
  return withShapes(graph, new Map([...shapes, ...left]));
}

/** The same network with some of its inputs in other shapes. */
function withShapes(graph: Graph, shapes: ReadonlyMap<string, Shape>): Graph {
  const moved = new Map<Value, Value>();
  const now = (value: Value) => moved.get(value) ?? value;
  for (const value of graph.inputs) {
    moved.set(value, { name: value.name, shape: shapes.get(value.name) ?? value.shape });
  }
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map(now);
    const output = { name: node.output.name, shape: within(node, () => shapeOf(node, inputs)) };
    moved.set(node.output, output);
    return { ...node, inputs, output } as Node;
  });
  const states = graph.states.map(({ input, output }) => ({
    input: now(input),
    output: now(output),
  }));
  const names = [...graph.names].map(([name, value]) => [name, now(value)] as const);
  return { ...graph, inputs: graph.inputs.map(now), states, nodes, names: new Map(names) };
}

/** What `infer` returns; its error names the node. */
export function within(node: Node, infer: () => Shape): Shape {
  try {
    return infer();
  } catch (cause) {
    const { name } = node.output, { message } = cause as Error;
    throw new TypeError(`Cannot run "${name}" (${opNameOf(node)}): ${message}`, { cause });
  }
}

/** The most elements of a tensor: neither a GPU buffer nor a `Float32Array` holds more. */
export const mostElements: number = 2 ** 31 - 1;

/** The output shape of a node for given inputs, after checking their number and its extents. */
function shapeOf(node: Node, inputs: readonly Value[]): Shape {
  const known = opOf(node), { attributes } = node;
  const learned = known.parameters?.(attributes).length ?? 0;
  const [least, most] = known.inputs ?? [1 + learned, 1 + learned];
  if (inputs.length < least || inputs.length > most) {
    const needed = most === Infinity ? `at least ${least}` : `exactly ${least}`;
    throw new TypeError(`it has ${inputs.length} inputs, but it needs ${needed}`);
  }
  const shape = known.shape(attributes, inputs.map((value) => value.shape));
  if (count(shape) > mostElements) {
    throw new TypeError(`its output would be ${showShape(shape)}, which is too large`);
  }
  if (!shape.every((extent) => Number.isInteger(extent) && extent > 0)) {
    throw new TypeError(`its output would be ${showShape(shape)}, which holds nothing`);
  }
  return shape;
}
