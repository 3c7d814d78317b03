/**
 * Collects the nodes and the constants of an ONNX graph.
 *
 * @module
 */
import { getOrInsertComputed } from "../../../runtime/get_or_insert_computed.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import type { OnnxAttributes, OnnxNode, OnnxType, OnnxValue } from "./node.ts";

/** The base of the builder. */
export class NodeBuilder {
  /** The nodes so far, in topological order. */
  readonly nodes: OnnxNode[] = [];
  /** The name prefix of new values. */
  scope = "";
  /** Equal constants are one value. */
  readonly #shared = new Map<string, OnnxValue>();

  /** An input of the graph. */
  input(name: string, shape: Shape): OnnxValue {
    return { name, shape, type: "float" };
  }

  /** A constant. */
  constant(name: string, shape: Shape, data: Float32Array): OnnxValue {
    return { name, shape, type: "float", data };
  }

  /** A constant that belongs to an op. */
  floats(shape: Shape, data: Float32Array): OnnxValue {
    return this.constant(`${this.scope}/constant`, shape, data);
  }

  /** A scalar. */
  number(value: number): OnnxValue {
    return getOrInsertComputed(this.#shared, `number ${value}`, () => ({
      name: String(value),
      shape: [],
      type: "float",
      data: Float32Array.of(value),
    }));
  }

  /** A vector of integers. */
  ints(values: readonly number[]): OnnxValue {
    return getOrInsertComputed(this.#shared, `ints ${values}`, () => ({
      name: `[${values}]`,
      shape: [values.length],
      type: "int64",
      data: BigInt64Array.from(values, BigInt),
    }));
  }

  /** Adds a node with one output, and returns it. */
  node(
    op: string,
    inputs: readonly (OnnxValue | undefined)[],
    shape: Shape,
    attributes: OnnxAttributes = {},
    type: OnnxType = "float",
  ): OnnxValue {
    return this.results(op, inputs, [[shape, type]], attributes)[0]!;
  }

  /** Adds a node, and returns all its outputs. */
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
