/**
 * Adds the nodes of a layer that takes many.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import type { Options } from "../../runtime/ops/mod.ts";
import { count, type Shape } from "../../runtime/tensor.ts";
import { apply } from "./layer.ts";

/** Adds the nodes of one layer, each named after its role in it. */
export class LayerNodes {
  constructor(readonly graph: GraphBuilder, readonly name: string) {}

  /** Adds a node. */
  add<Name extends keyof Options>(
    op: Name,
    role: string,
    inputs: readonly Value[],
    options: Options[Name],
  ): Value {
    return apply(this.graph, op, `${this.name}/${role}`, inputs, options);
  }

  /** Adds a range of an axis; an end of 0 is that of the axis. */
  slice(role: string, value: Value, axis: number, start: number, end: number): Value {
    return this.add("slice", role, [value], { axis, start, end });
  }

  /** Adds a reshaped value. */
  reshape(role: string, value: Value, shape: Shape): Value {
    return this.add("reshape", role, [value], { shape });
  }

  /** Adds a constant with one axis, or of a shape. */
  numbers(role: string, numbers: ArrayLike<number>, shape: Shape = [numbers.length]): Value {
    return this.constant(role, shape, (i) => numbers[i]!);
  }

  /** Adds a constant, element by element. */
  constant(role: string, shape: Shape, element: (i: number) => number): Value {
    const data = Float32Array.from({ length: count(shape) }, (_, i) => element(i));
    return this.graph.constant(`${this.name}/${role}`, { shape, data });
  }
}
