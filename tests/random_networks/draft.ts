/**
 * A random network under construction: its blobs, and random choices.
 *
 * @module
 */
import type { Shape, Tensor } from "../../runtime/tensor.ts";
import type { Random } from "../random.ts";

/** A blob of the network, and its value for the network's inputs. */
export interface Blob {
  readonly name: string;
  readonly tensor: Tensor;
  /** Whether it is bit-identical on all engines, because values are only moved or compared. */
  readonly exact: boolean;
}

/** A layer that may be added. */
export interface Proposal {
  readonly type: string;
  readonly bottoms: readonly Blob[];
  /** Its settings as text. */
  readonly settings?: string;
  /** The number of tops, by default 1. */
  readonly tops?: number;
  /** Whether it only moves or compares values, so that exact bottoms give exact tops. */
  readonly exact?: boolean;
  /** Whether it may be in place. */
  readonly mayBeInPlace?: boolean;
}

/** Proposes a layer of some type, or `undefined` if there is no suitable blob. */
export type Propose = (draft: Draft) => Proposal | undefined;

/** The blobs and the source of randomness. */
export class Draft {
  /** The inputs of the network, in order. */
  readonly inputs: Blob[] = [];
  /** All blobs that can be read, the newest last. */
  blobs: Blob[] = [];

  constructor(readonly random: Random) {}

  /** Adds an input. */
  input(tensor: Tensor): Blob {
    const blob = { name: `in${this.inputs.length}`, tensor, exact: true };
    this.inputs.push(blob);
    this.blobs.push(blob);
    return blob;
  }

  /** A suitable blob: mostly the newest one, so that there are chains. */
  pick(isSuitable: (shape: Shape, blob: Blob) => boolean = () => true): Blob | undefined {
    const suitable = this.blobs.filter((blob) => isSuitable(blob.tensor.shape, blob));
    if (suitable.length === 0) return undefined;
    return this.random.next() < 0.6 ? suitable.at(-1) : this.random.pick(suitable);
  }

  /** `true` with a given probability. */
  maybe(chance: number): boolean {
    return this.random.next() < chance;
  }

  /** A random integer between two others, both included. */
  between(least: number, greatest: number): number {
    return least + this.random.below(Math.max(1, greatest - least + 1));
  }

  /** An axis, sometimes counted from the end. */
  axis(axis: number, rank: number): number {
    return this.maybe(0.3) ? axis - rank : axis;
  }

  /** A text with a given probability, else an empty one. */
  sometimes(text: string, chance = 0.5): string {
    return this.maybe(chance) ? text : "";
  }
}

/** A repeated setting. */
export function list(name: string, values: Iterable<unknown>): string {
  return [...values].map((value) => `${name}: ${value}`).join(" ");
}

/** A tensor of multiples of 1/8, so that there are ties. */
export function coarse(random: Random, shape: Shape): Tensor {
  const { data } = random.tensor(shape, -2, 2);
  return { shape, data: data.map((value) => Math.round(value * 8) / 8) };
}
