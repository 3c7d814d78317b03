/**
 * Decides which values share a buffer: those whose lives do not overlap, and those that are views.
 *
 * @module
 */
import { type Graph, lastUses, opOf, type Value } from "./graph.ts";
import { count } from "./tensor.ts";

/** How long something needs its memory. */
export interface Life {
  readonly bytes: number;
  /** The step that writes it, and the last that needs it. */
  readonly from: number;
  readonly to: number;
}

/** Which buffer each value lives in, and how large the buffers are. */
export interface Allocation {
  /** The buffer of each input and each node's output, by its position in `sizes`. */
  readonly slots: ReadonlyMap<Value, number>;
  /** The bytes of each buffer. */
  readonly sizes: readonly number[];
}

/** Gives every value of a graph a place; the outputs keep theirs to the end. */
export function allocate(graph: Graph, outputs: readonly Value[]): Allocation {
  const lives: Life[] = [];
  /** The life of each value: views share their input's. */
  const of = new Map<Value, number>();
  const uses = lastUses(graph, outputs);
  const begin = (value: Value, from: number) => {
    of.set(value, lives.push({ bytes: bytesOf(value), from, to: uses.get(value) ?? from }) - 1);
  };
  for (const value of graph.inputs) begin(value, -1);
  for (const [position, node] of graph.nodes.entries()) {
    const source = of.get(node.inputs[0]!);
    if (!opOf(node).view || source === undefined) {
      begin(node.output, position);
      continue;
    }
    const life = lives[source]!;
    of.set(node.output, source);
    lives[source] = { ...life, to: Math.max(life.to, uses.get(node.output)!) };
  }
  const { slots, sizes } = fit(lives);
  return { slots: new Map([...of].map(([value, life]) => [value, slots[life]!])), sizes };
}

/** Which buffer each life is spent in, and how large the buffers are. */
export interface Fit {
  /** For each life the position of its buffer in `sizes`. */
  readonly slots: readonly number[];
  /** The bytes of each buffer. */
  readonly sizes: readonly number[];
}

/**
 * Gives everything a place. The largest choose first, so that a buffer is as large as its first
 * tenant, and each takes the fullest buffer that is free for all of its life.
 */
export function fit(lives: readonly Life[]): Fit {
  const slots = new Array<number>(lives.length).fill(-1);
  const sizes: number[] = [];
  const tenants: Life[][] = [];
  const order = lives.map((_, i) => i).sort((a, b) => lives[b]!.bytes - lives[a]!.bytes);
  for (const i of order) {
    const life = lives[i]!;
    const overlaps = (other: Life) => other.from <= life.to && life.from <= other.to;
    // Later buffers are smaller.
    let slot = tenants.findLastIndex((others) => !others.some(overlaps));
    if (slot < 0) {
      slot = sizes.push(life.bytes) - 1;
      tenants.push([]);
    }
    tenants[slot]!.push(life);
    slots[i] = slot;
  }
  return { slots, sizes };
}

/** Where each life is spent in one stretch of memory, and how long that is. */
export interface Stretch {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/**
 * Gives everything a place in one stretch of memory. The largest choose first, and each takes the
 * lowest gap between those that are there during its life.
 *
 * @param alignment What offsets are multiples of.
 */
export function stretch(lives: readonly Life[], alignment: number): Stretch {
  const offsets = new Array<number>(lives.length).fill(-1);
  const order = lives.map((_, i) => i).sort((a, b) => lives[b]!.bytes - lives[a]!.bytes);
  const placed: number[] = [];
  let bytes = 0;
  for (const i of order) {
    const { from, to, bytes: size } = lives[i]!;
    let offset = 0;
    for (const other of placed.sort((a, b) => offsets[a]! - offsets[b]!)) {
      const there = lives[other]!;
      if (there.from > to || from > there.to) continue;
      if (offsets[other]! >= offset + size) break;
      const end = offsets[other]! + there.bytes;
      offset = Math.max(offset, Math.ceil(end / alignment) * alignment);
    }
    offsets[i] = offset;
    placed.push(i);
    bytes = Math.max(bytes, offset + size);
  }
  return { offsets, bytes };
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
