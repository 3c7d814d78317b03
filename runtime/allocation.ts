/**
 * Decides which values share a buffer: those whose lives do not overlap, and those that are views.
 *
 * @module
 */
import { type Graph, lastUses, opOf, type Value } from "./graph.ts";
import { count } from "./tensor.ts";

/** Which buffer each value lives in, and how large the buffers are. */
export interface Allocation {
  /** The buffer of each input and each node's output, by its position in `sizes`. */
  readonly slots: ReadonlyMap<Value, number>;
  /** The bytes of each buffer. */
  readonly sizes: readonly number[];
}

/** Gives every value of a graph a place; the outputs keep theirs to the end. */
export function allocate(graph: Graph, outputs: readonly Value[]): Allocation {
  const slots = new Map<Value, number>();
  const sizes: number[] = [];
  const free = new Set<number>();
  /** How many values that someone still needs live in each slot: views share their input's. */
  const tenants = new Map<number, number>();
  const uses = lastUses(graph, outputs);

  const settle = (value: Value, slot: number) => {
    slots.set(value, slot);
    tenants.set(slot, (tenants.get(slot) ?? 0) + 1);
  };
  const leave = (value: Value) => {
    const slot = slots.get(value)!;
    const left = tenants.get(slot)! - 1;
    tenants.set(slot, left);
    if (left === 0) free.add(slot);
  };

  for (const value of graph.inputs) settle(value, sizes.push(bytesOf(value)) - 1);
  for (const [position, node] of graph.nodes.entries()) {
    const { inputs, output } = node;
    const source = slots.get(inputs[0]!);
    if (opOf(node).view && source !== undefined) settle(output, source);
    else settle(output, takeSlot(bytesOf(output), sizes, free));
    for (const value of new Set([...inputs, output])) {
      if (uses.get(value) === position && slots.has(value)) leave(value);
    }
  }
  return { slots, sizes };
}

/** The smallest free buffer that is large enough, or the largest one made larger, or a new one. */
function takeSlot(bytes: number, sizes: number[], free: Set<number>): number {
  const bySize = [...free].sort((a, b) => sizes[a]! - sizes[b]!);
  const slot = bySize.find((candidate) => sizes[candidate]! >= bytes) ?? bySize.at(-1);
  if (slot === undefined) return sizes.push(bytes) - 1;
  free.delete(slot);
  sizes[slot] = Math.max(sizes[slot]!, bytes);
  return slot;
}

function bytesOf({ shape }: Value): number {
  return Math.max(4, count(shape) * Float32Array.BYTES_PER_ELEMENT);
}

/** The constants, and what only shows a constant under another shape. */
export function withViews({ constants, nodes }: Graph): ReadonlyMap<Value, Float32Array> {
  const all = new Map(constants);
  for (const node of nodes) {
    const { inputs, output } = node;
    const data = all.get(inputs[0]!);
    if (opOf(node).view && data !== undefined) all.set(output, data);
  }
  return all;
}
