/**
 * Memory planning: values share memory if their live ranges do not overlap, or if they are views.
 *
 * @module
 */
import { getOrInsertComputed } from "./get_or_insert_computed.ts";
import { type Graph, lastUses, opOf, type Value } from "./graph.ts";
import { axisOf, bytesOf, count } from "./tensor.ts";

/** The live range of something that needs memory. */
export interface Life {
  readonly bytes: number;
  /** The step that writes it, and the last step that reads it. */
  readonly from: number;
  readonly to: number;
}

/** A live range that may still get longer. */
interface OpenLife extends Life {
  to: number;
}

/** The buffer of each value, and the sizes of the buffers. */
export interface Allocation {
  /** For each input and each node's output, the index of its buffer in `sizes`. */
  readonly slots: ReadonlyMap<Value, number>;
  /** The byte offset of values that do not begin at 0 of their buffer. */
  readonly starts: ReadonlyMap<Value, number>;
  /** The size of each buffer in bytes. */
  readonly sizes: readonly number[];
}

/**
 * Assigns buffers to the values of a graph; outputs stay live to the end. Inputs of a `concat` that
 * are contiguous parts of its result are computed inside it.
 */
export function allocate(graph: Graph, outputs: readonly Value[]): Allocation {
  /** The live range of each value: views share their input's, parts of a `concat` the whole's. */
  const lives = new Map<Value, OpenLife>();
  const starts = new Map<Value, number>();
  const uses = lastUses(graph, outputs), parts = partsOf(graph);
  /** Has a value share a live range, at an offset from its start. */
  const share = (value: Value, life: OpenLife, start: number) => {
    lives.set(value, life);
    if (start > 0) starts.set(value, start);
    life.to = Math.max(life.to, uses.get(value) ?? 0);
  };
  const begin = (value: Value, from: number) => {
    let root = value, start = 0, part = parts.get(value);
    while (part !== undefined) {
      root = part.whole;
      start += part.start;
      part = parts.get(root);
    }
    const make = () => ({ bytes: roomFor(root), from, to: from });
    share(value, getOrInsertComputed(lives, root, make), start);
  };
  for (const value of graph.inputs) begin(value, -1);
  for (const [position, node] of graph.nodes.entries()) {
    const source = node.inputs[0]!, life = lives.get(source);
    if (opOf(node).view && life) share(node.output, life, starts.get(source) ?? 0);
    else begin(node.output, position);
  }
  const ranges = [...new Set(lives.values())];
  const { slots, sizes } = fit(ranges);
  const slotOf = new Map(ranges.map((life, i) => [life, slots[i]!]));
  return {
    slots: new Map([...lives].map(([value, life]) => [value, slotOf.get(life)!])),
    starts,
    sizes,
  };
}

/** Values that can be computed inside the `concat` that joins them, and their byte offset in it. */
function partsOf({ nodes }: Graph): ReadonlyMap<Value, { whole: Value; start: number }> {
  const parts = new Map<Value, { whole: Value; start: number }>();
  const computed = new Set(nodes.filter((node) => !opOf(node).view).map(({ output }) => output));
  for (const { op, attributes, inputs, output: whole } of nodes) {
    if (op !== "concat") continue;
    const rows = count(whole.shape.slice(0, axisOf(attributes.axis, whole.shape.length)));
    let start = 0;
    for (const input of inputs) {
      // Kernels may write whole vectors, which must not reach into the next part.
      const isWhole = rows === 1 && count(input.shape) % 4 === 0;
      if (isWhole && computed.has(input) && !parts.has(input)) parts.set(input, { whole, start });
      start += roomFor(input);
    }
  }
  return parts;
}

/** The buffer for each live range, and the sizes of the buffers. */
interface Fit {
  /** For each live range the index of its buffer in `sizes`. */
  readonly slots: readonly number[];
  /** The size of each buffer in bytes. */
  readonly sizes: readonly number[];
}

/**
 * Greedy by size: the largest choose first, so that a buffer is as large as its first tenant, and
 * each takes the smallest buffer that is free for all of its life.
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

/** The offset of each live range in one block of memory, and the block's size. */
interface Stretch {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/**
 * Places everything in one block of memory, greedy by size: the largest choose first, and each
 * takes the lowest gap between those that are live at the same time.
 *
 * @param alignment The alignment of offsets, in bytes.
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

function roomFor({ shape }: Value): number {
  return Math.max(4, bytesOf(shape));
}

/** The constants, and the views of constants. */
export function withViews({ constants, nodes }: Graph): ReadonlyMap<Value, Float32Array> {
  const all = new Map(constants);
  for (const node of nodes) {
    const { inputs, output } = node;
    const data = all.get(inputs[0]!);
    if (opOf(node).view && data !== undefined) all.set(output, data);
  }
  return all;
}
