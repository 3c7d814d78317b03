/**
 * Adds nodes to a TensorFlow graph, and folds rearranged constants.
 *
 * @module
 */
import { getOrInsertComputed } from "../../../runtime/get_or_insert_computed.ts";
import { count, type Shape } from "../../../runtime/tensor.ts";
import { fold } from "./fold.ts";
import type { Learned, TfAttribute, TfNode, TfOp, TfType, TfValue } from "./node.ts";

/** The most numbers of a constant that is shared: its key is as long as they are. */
const mostShared = 64;

/** The base of builders. */
export class NodeBuilder {
  /** The name prefix of the nodes that are added. */
  scope = "";
  readonly #constants = new Map<string, TfValue>();
  /** Variables, and nodes computed from them. */
  readonly #learning = new Set<TfNode>();

  /** @param trains Whether the graph is to be trained. */
  constructor(private readonly trains: boolean = false) {}

  /**
   * Whether gradients flow through these values: then only ops may be used whose gradients every
   * backend of TensorFlow.js has.
   */
  learns(...values: readonly TfValue[]): boolean {
    return this.trains && values.some(({ node }) => this.#learning.has(node));
  }

  /** An input. */
  placeholder(name: string, shape: Shape): TfValue {
    const attributes = { dtype: { type: "float" }, shape: { shape } } as const;
    return this.result(this.node("Placeholder", [], attributes, name), shape, "float");
  }

  /** A learned constant. */
  constant(
    name: string,
    shape: Shape,
    data: Float32Array,
    learned: Learned = "weights",
  ): TfValue {
    return this.#constant(name, shape, data, learned);
  }

  /** A variable: it has a name, but no numbers to fold. */
  variable(name: string, shape: Shape): TfValue {
    const node = this.node("Const", [], { dtype: { type: "float" } }, name);
    const variable = { ...node, variable: name };
    this.#learning.add(variable);
    return this.result(variable, shape, "float");
  }

  /** A scalar. */
  number(value: number): TfValue {
    return this.floats([], Float32Array.of(value));
  }

  /** Numbers that belong to an op. Small equal ones share a node. */
  floats(shape: Shape, data: Float32Array): TfValue {
    return this.shared(shape, data);
  }

  /** A vector of integers. */
  ints(values: readonly number[]): TfValue {
    return this.shared([values.length], Int32Array.from(values));
  }

  /** A scalar integer. */
  int(value: number): TfValue {
    return this.shared([], Int32Array.of(value));
  }

  /** The same value under a name of its own. */
  named(x: TfValue, name: string): TfValue {
    const node = this.node("Identity", [x], { T: { type: x.type } }, name);
    return this.result(node, x.shape, x.type);
  }

  /** A node that rearranges its first input, or that input rearranged by `fold` if it is a constant. */
  protected folded(
    op: "PadV2" | "Reshape" | "Slice" | "Transpose",
    inputs: readonly [TfValue, ...TfValue[]],
    attributes: Readonly<Record<string, TfAttribute>>,
    shape: Shape,
    argument: readonly number[],
  ): TfValue {
    const [x] = inputs;
    if (x.data === undefined) return this.result(this.node(op, inputs, attributes), shape, x.type);
    const known = shape.includes(-1)
      ? shape.with(shape.indexOf(-1), x.data.length / -count(shape))
      : shape;
    return this.#constant(x.node.name, known, fold(op, x, known, argument), x.learned);
  }

  /**
   * Integers that are a setting of an op: an axis, or extents. They are never those that ops compute
   * with, which the webgpu backend of TensorFlow.js moves to the GPU: its loader would read the
   * setting back in every run, and cannot do so without a canvas.
   */
  protected setting(values: number | readonly number[]): TfValue {
    const shape = typeof values === "number" ? [] : [values.length];
    return this.shared(shape, Int32Array.from([values].flat()), true);
  }

  protected shared(
    shape: Shape,
    data: Float32Array | Int32Array,
    isSetting: boolean = false,
  ): TfValue {
    if (data.length > mostShared) return this.#constant(`${this.scope}/numbers`, shape, data);
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
    const key = `${data.constructor.name} ${isSetting} ${shape} ${words.join()}`;
    const name = data instanceof Int32Array ? "ints" : "numbers";
    return getOrInsertComputed(this.#constants, key, () => this.#constant(name, shape, data));
  }

  #constant(
    name: string,
    shape: Shape,
    data: Float32Array | Int32Array,
    learned?: Learned,
  ): TfValue {
    const type = data instanceof Int32Array ? "int" : "float";
    const node = this.node("Const", [], { dtype: { type } }, name);
    return { node, index: 0, shape, type, data, learned };
  }

  protected node(
    op: TfOp,
    inputs: readonly TfValue[],
    attributes: Readonly<Record<string, TfAttribute>>,
    name = `${this.scope}/${op}`,
  ): TfNode {
    const node = { op, name, inputs, attributes };
    if (inputs.some((input) => this.#learning.has(input.node))) this.#learning.add(node);
    return node;
  }

  protected result(node: TfNode, shape: Shape, type: TfType, index = 0): TfValue {
    return { node, index, shape, type };
  }
}
