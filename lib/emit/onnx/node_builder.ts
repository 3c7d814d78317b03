/**
 * Collects the nodes and the constants of an ONNX graph.
 *
 * @module
 */
import type { Shape } from "../../../runtime/tensor.ts";
import type { OnnxAttributes, OnnxNode, OnnxType, OnnxValue } from "./node.ts";

/** Collects nodes and constants. */
export class NodeBuilder {
  /** The nodes so far, each after those that it reads. */
  readonly nodes: OnnxNode[] = [];
  /** What new values are called after. */
  scope = "";
  readonly #shared = new Map<string, OnnxValue>();

  /** An input of the graph. */
  input(name: string, shape: Shape): OnnxValue {
    return { name, shape, type: "float" };
  }

  /** A constant. */
  constant(name: string, shape: Shape, data: Float32Array): OnnxValue {
    return { name, shape, type: "float", data };
  }

  /** A constant that is called after what needs it. */
  floats(shape: Shape, data: Float32Array): OnnxValue {
    return this.constant(`${this.scope}/constant`, shape, data);
  }

  /** One number. */
  number(value: number): OnnxValue {
    return this.#share(`number ${value}`, () => ({
      name: String(value),
      shape: [],
      type: "float",
      data: Float32Array.of(value),
    }));
  }

  /** A list of whole numbers. */
  ints(values: readonly number[]): OnnxValue {
    return this.#share(`ints ${values}`, () => ({
      name: `[${values}]`,
      shape: [values.length],
      type: "int64",
      data: BigInt64Array.from(values, BigInt),
    }));
  }

  /** Equal constants are one. */
  #share(key: string, make: () => OnnxValue): OnnxValue {
    const known = this.#shared.get(key) ?? make();
    this.#shared.set(key, known);
    return known;
  }

  /** Adds a node, and gives its first output. */
  node(
    op: string,
    inputs: readonly (OnnxValue | undefined)[],
    shape: Shape,
    attributes: OnnxAttributes = {},
    type: OnnxType = "float",
  ): OnnxValue {
    return this.results(op, inputs, [[shape, type]], attributes)[0]!;
  }

  /** Adds a node, and gives all its outputs. */
  results(
    op: string,
    inputs: readonly (OnnxValue | undefined)[],
    outputs: readonly (readonly [Shape, OnnxType])[],
    attributes: OnnxAttributes,
  ): OnnxValue[] {
    const name = `${this.scope}/${op}`;
    const node = { name, op, inputs, attributes, outputs: outputs.length };
    this.nodes.push(node);
    return outputs.map(([shape, type], index) => ({ name, shape, type, from: { node, index } }));
  }
}
