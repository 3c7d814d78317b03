/**
 * Reduces some axes of a value, for layers of several forks.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import type { Attributes } from "../../runtime/ops/mod.ts";
import { axisOf } from "../../runtime/tensor.ts";
import { apply } from "./layer.ts";

/** Reduces all axes from one on. */
export type Reduce = (graph: GraphBuilder, name: string, value: Value, axis: number) => Value;

/** Which axes are reduced: some, or all if none is named. */
interface Reduced {
  readonly axes: readonly number[];
  /** Whether they stay, with the extent 1. */
  readonly keeps: boolean;
}

/** A value of which some axes are reduced. */
export function reducedTo(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  reduce: Reduce,
  { axes, keeps }: Reduced,
): Value {
  const all = bottom.shape.map((_, axis) => axis);
  const named = axes.length === 0 ? all : axes.map((axis) => axisOf(axis, all.length));
  const kept = all.filter((axis) => !named.includes(axis));
  const reduced = all.filter((axis) => named.includes(axis));
  const order = [...kept, ...reduced];
  const permuted = order.some((axis, i) => axis !== i)
    ? apply(graph, "permute", `${name}/turned`, [bottom], { order })
    : bottom;
  const restored = keeps ? reduced : [];
  const node = restored.length > 0 ? `${name}/reduced` : name;
  return restored.reduce((value, axis, i) => {
    const node = i === restored.length - 1 ? name : `${name}/axis${axis}`;
    return apply(graph, "reshape", node, [value], { shape: [1], axis, numAxes: 0 });
  }, reduce(graph, node, permuted, kept.length));
}

/** Reduces by the op for it. */
export function reduceBy(operation: Attributes["reduce"]["operation"]): Reduce {
  return (graph, name, value, axis) => apply(graph, "reduce", name, [value], { operation, axis });
}
