/**
 * Injected blobs: learned blobs that the user provides in place of those of the files.
 *
 * Some networks are completed by their program. That of colorization sets the blobs of two layers, to
 * the colours of 313 points and to a single number, which its caffemodel lacks.
 *
 * @module
 */
import { suggest } from "../../proto/suggest.ts";
import { count, sameShape, showShape, type Tensor } from "../../runtime/tensor.ts";
import type { BlobSpec } from "../layers/layer.ts";
import { transpose } from "../transpose.ts";
import { withoutOnes } from "../without_ones.ts";

/** A learned blob to inject. */
export interface Injection {
  /** The layer's name. */
  readonly layer: string;
  /** Its index among the layer's learned blobs, in Caffe's order; 0 by default. */
  readonly index?: number | undefined;
  /** The numbers, in the blob's shape up to axes of extent 1; or one number for all elements. */
  readonly value: Tensor | number;
}

/** The injected blobs of a conversion. */
export class Injections {
  readonly #waiting: Injection[];

  /** @throws {TypeError} if two are for the same blob. */
  constructor(injections: readonly Injection[], private readonly warn: (message: string) => void) {
    refuseTwice(injections);
    this.#waiting = [...injections];
  }

  /**
   * The numbers to inject into a layer, by the index of the blob.
   *
   * @throws {TypeError} if the layer has no such blob, or its shape differs.
   */
  take(layer: string, specs: readonly BlobSpec[]): Map<number, Float32Array> {
    const taken = new Map<number, Float32Array>();
    for (const injection of this.#waiting.filter((one) => one.layer === layer)) {
      const index = injection.index ?? 0, spec = specs[index];
      if (spec === undefined) {
        const blobs = specs.map(({ name, shape }, i) => `${i} (${name} ${showShape(shape)})`);
        throw new TypeError(
          `blob ${index} is injected, but ` +
            (blobs.length === 0 ? "it has no learned blobs" : `its blobs are ${blobs.join(", ")}`),
        );
      }
      taken.set(index, this.#fit(injection, spec));
      this.#waiting.splice(this.#waiting.indexOf(injection), 1);
    }
    return taken;
  }

  /**
   * Refuses injections that no layer has taken.
   *
   * @param layers The names of all layers, for suggestions.
   * @throws {TypeError} naming the layer that does not exist.
   */
  finish(layers: readonly string[]): void {
    const [left] = this.#waiting;
    if (left === undefined) return;
    const state = layers.includes(left.layer)
      ? "it has no learned blobs"
      : `the network has no such layer${suggest(left.layer, layers)}`;
    throw new TypeError(`Cannot inject into layer "${left.layer}": ${state}`);
  }

  /** The numbers in the element order of a blob. */
  #fit(injection: Injection, { name, shape }: BlobSpec): Float32Array {
    const { value } = injection;
    if (typeof value === "number") return new Float32Array(count(shape)).fill(value);
    const problem = problemOf(value);
    if (problem !== undefined) throw new TypeError(`the value injected as its ${name} ${problem}`);
    const given = withoutOnes(value.shape), needed = withoutOnes(shape);
    if (sameShape(given, needed)) return value.data;
    // A fully connected layer's weights on a map fit the convolution over that map.
    const isRows = given.length === 2 && given[0] === needed[0];
    if (isRows && count(given) === count(needed)) return value.data;
    const [rows, columns] = given;
    if (given.length === 2 && sameShape([columns!, rows!], needed)) {
      this.warn(
        `the value injected into layer "${injection.layer}" is ${showShape(value.shape)}; its ` +
          `transpose is used as ${name} ${showShape(shape)}`,
      );
      return transpose(value.data, given);
    }
    throw new TypeError(
      `the value injected as its ${name} is ${showShape(value.shape)}, but ${showShape(shape)} ` +
        "is needed",
    );
  }
}

/** @throws {TypeError} if two injections are for the same blob. */
export function refuseTwice(injections: readonly Injection[]): void {
  injections.forEach(({ layer, index = 0 }, i) => {
    const same = injections.findIndex((other) =>
      other.layer === layer && (other.index ?? 0) === index
    );
    if (same === i) return;
    throw new TypeError(
      `Cannot inject into layer "${layer}": there are two values for its blob ${index}`,
    );
  });
}

/** What is wrong with a value that is not a number, unless it is a tensor as long as its shape says. */
export function problemOf(value: unknown): string | undefined {
  const { shape, data } = (value ?? {}) as Partial<Tensor>;
  if (!Array.isArray(shape) || !(data instanceof Float32Array)) {
    return "must be a number, or a shape and the numbers in a Float32Array";
  }
  if (data.length === count(shape)) return undefined;
  return `is ${showShape(shape)}, but has ${data.length} numbers`;
}
