/**
 * A random network while it grows: its blobs so far, and ways to choose among them.
 *
 * @module
 */
import type { Shape, Tensor } from "../../runtime/tensor.ts";
import type { Random } from "../random.ts";

/** A blob of the network so far, and what it holds for the network's inputs. */
export interface Blob {
  readonly name: string;
  readonly tensor: Tensor;
  /** Whether every engine must give the same bits: what is only moved or compared. */
  readonly exact: boolean;
}

/** A layer that might come next. */
export interface Proposal {
  readonly type: string;
  readonly bottoms: readonly Blob[];
  /** Its settings as text. */
  readonly settings?: string;
  /** How many tops it has: one, if nothing is said. */
  readonly tops?: number;
  /** Whether it only moves or compares what it reads. */
  readonly moves?: boolean;
  /** Whether its top may have its bottom's name. */
  readonly mayStay?: boolean;
}

/** Proposes a layer of some type, or nothing if no blob suits it. */
export type Propose = (draft: Draft) => Proposal | undefined;

/** The blobs and the source of randomness. */
export class Draft {
  /** Those of the network's inputs, in the order of the file. */
  readonly inputs: Blob[] = [];
  /** All that can be read, the newest last. */
  blobs: Blob[] = [];

  constructor(readonly random: Random) {}

  /** Adds an input. */
  input(tensor: Tensor): Blob {
    const blob = { name: `in${this.inputs.length}`, tensor, exact: true };
    this.inputs.push(blob);
    this.blobs.push(blob);
    return blob;
  }

  /** A blob that suits: mostly the newest one, so that there are chains. */
  pick(suits: (shape: Shape, blob: Blob) => boolean = () => true): Blob | undefined {
    const suited = this.blobs.filter((blob) => suits(blob.tensor.shape, blob));
    if (suited.length === 0) return undefined;
    return this.random.next() < 0.6 ? suited.at(-1) : this.random.pick(suited);
  }

  /** Whether something happens that has a chance. */
  maybe(chance: number): boolean {
    return this.random.next() < chance;
  }

  /** A whole number between two others, both included. */
  between(least: number, greatest: number): number {
    return least + this.random.below(Math.max(1, greatest - least + 1));
  }

  /** An axis, sometimes counted from the end. */
  axis(axis: number, rank: number): number {
    return this.maybe(0.3) ? axis - rank : axis;
  }

  /** Text, sometimes: settings whose default does as well. */
  sometimes(text: string, chance = 0.5): string {
    return this.maybe(chance) ? text : "";
  }
}

/** A setting that repeats. */
export function list(name: string, values: Iterable<unknown>): string {
  return [...values].map((value) => `${name}: ${value}`).join(" ");
}

/** Multiples of 1/8, so that there are ties. */
export function coarse(random: Random, shape: Shape): Tensor {
  const { data } = random.tensor(shape, -2, 2);
  return { shape, data: data.map((value) => Math.round(value * 8) / 8) };
}
