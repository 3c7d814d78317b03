/**
 * Tracks the value that each blob's name means, layer after layer.
 *
 * A layer may overwrite its bottom in place; the name then means the new value. Some tops share
 * memory with their bottom, so that an in-place layer changes both: each piece of memory holds one
 * latest value, which every blob there sees in its own shape.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import type { Shape } from "../../runtime/tensor.ts";
import type { NetLayer } from "../caffe/net.ts";

/** The latest value of a piece of memory, which blobs may share. */
interface Memory {
  latest: Value;
}

/** A blob: its memory, and the value it had when it was last read. */
interface Entry {
  readonly memory: Memory;
  readonly shape: Shape;
  /** The latest value in the blob's shape, and the value it was derived from. */
  seen: Value;
  from: Value;
  /** The layers that have read it since it was last written. */
  readonly readers: NetLayer[];
}

/** The blobs of a network while it is lowered. */
export class Blobs {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly graph: GraphBuilder) {}

  /** The value of a blob, or `undefined` if there is no such blob yet. */
  read(name: string, reader: NetLayer): Value | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    entry.readers.push(reader);
    return this.#look(name, entry);
  }

  /** Whether there is a blob of a name. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Adds a blob with memory of its own. */
  write(name: string, value: Value, layer: NetLayer | undefined): void {
    this.#refuseKnown(name, layer);
    this.#add(name, value, { latest: value }, value);
  }

  /** Adds a blob that shares the memory of another one. */
  share(name: string, value: Value, layer: NetLayer, source: string): void {
    this.#refuseKnown(name, layer);
    const { memory } = this.#entries.get(source)!;
    this.#add(name, value, memory, memory.latest);
  }

  /** Writes a blob anew, in place. */
  overwrite(name: string, value: Value, layer: NetLayer): void {
    const { memory, readers } = this.#entries.get(name)!;
    const other = readers.find((reader) => reader !== layer);
    if (other !== undefined) {
      throw new TypeError(
        `it overwrites "${name}", which layer "${other.name}" reads too; give its top another name`,
      );
    }
    memory.latest = value;
    this.#add(name, value, memory, value);
  }

  /** The names of all blobs. */
  names(): string[] {
    return [...this.#entries.keys()];
  }

  /** All blobs as they are after the last layer. */
  entries(): [name: string, value: Value][] {
    return [...this.#entries].map(([name, entry]) => [name, this.#look(name, entry)]);
  }

  /** The names of the blobs that no layer has read since they were written, in order. */
  unread(): string[] {
    const unread = [...this.#entries].filter(([, { readers }]) => readers.length === 0);
    return unread.map(([name]) => name).sort();
  }

  #refuseKnown(name: string, layer: NetLayer | undefined): void {
    if (!this.#entries.has(name)) return;
    throw new TypeError(
      `there is a blob "${name}" already` +
        (layer?.bottoms.includes(name)
          ? "; a layer that works in place names its bottoms and tops in the same order"
          : ""),
    );
  }

  #add(name: string, value: Value, memory: Memory, from: Value): void {
    const { shape } = value;
    this.#entries.set(name, { memory, shape, seen: value, from, readers: [] });
  }

  /** The latest value in a blob's memory, in the blob's shape. */
  #look(name: string, entry: Entry): Value {
    const { latest } = entry.memory;
    if (entry.from === latest) return entry.seen;
    entry.from = latest;
    // `reshape` with a reference keeps the blob's shape for any batch.
    entry.seen = this.graph.apply("reshape", `${name}/view`, [latest, entry.seen], {
      shape: entry.shape.map(() => 0),
      axis: 0,
      numAxes: -1,
    });
    return entry.seen;
  }
}
