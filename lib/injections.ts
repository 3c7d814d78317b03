/**
 * Learned blobs that the user gives at a conversion, in place of those of the files.
 *
 * Some networks are finished by their program: colorization's has the colours of 313 points as the
 * weights of one layer, and one number as those of another, and its caffemodel has neither.
 *
 * @module
 */
import { suggest } from "../proto/suggest.ts";
import { count, sameShape, type Shape, showShape, type Tensor } from "../runtime/tensor.ts";
import type { BlobSpec } from "./layers/layer.ts";
import { transpose } from "./transpose.ts";

/** A learned blob in place of that of the files. */
export interface Injection {
  /** The layer's name. */
  readonly layer: string;
  /** Which of its learned blobs it is, in Caffe's order: the first, if nothing is said. */
  readonly index?: number | undefined;
  /** The numbers, or one number for all of them. */
  readonly value: Tensor | number;
}

/** What is injected into the layers of a network. */
export class Injections {
  readonly #waiting: Injection[];

  /** @throws {TypeError} if two are for one blob. */
  constructor(injections: readonly Injection[], private readonly warn: (message: string) => void) {
    this.#waiting = [...injections];
    injections.forEach((one, i) => {
      const same = injections.findIndex(({ layer, index }) =>
        layer === one.layer && (index ?? 0) === (one.index ?? 0)
      );
      if (same < i) {
        throw new TypeError(
          `Cannot inject into layer "${one.layer}": two values are given for its blob ${
            one.index ?? 0
          }`,
        );
      }
    });
  }

  /**
   * What the blobs of a layer are to hold, by their position.
   *
   * @throws {TypeError} if the layer has no such blob, or one of another shape.
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
   * Refuses what no layer has taken.
   *
   * @param layers The names of all layers.
   * @throws {TypeError} that says what layer is meant.
   */
  finish(layers: readonly string[]): void {
    const [left] = this.#waiting;
    if (left === undefined) return;
    const state = layers.includes(left.layer)
      ? "it has no learned blobs"
      : `the network has no such layer${suggest(left.layer, layers)}`;
    throw new TypeError(`Cannot inject into layer "${left.layer}": ${state}`);
  }

  /** The numbers in the order of a blob. */
  #fit(injection: Injection, { name, shape }: BlobSpec): Float32Array {
    const { value } = injection;
    if (typeof value === "number") return new Float32Array(count(shape)).fill(value);
    refuseOther(value, name);
    const [given, needed] = [value.shape, shape].map(withoutOnes) as [Shape, Shape];
    if (sameShape(given, needed)) return value.data;
    // What a fully connected layer multiplies a map with is what a convolution over it does.
    const isRows = given.length === 2 && given[0] === needed[0];
    if (isRows && count(given) === count(needed)) return value.data;
    const [rows, columns] = given;
    if (given.length === 2 && sameShape([columns!, rows!], needed)) {
      this.warn(
        `what is injected into layer "${injection.layer}" is ${showShape(value.shape)}; its ` +
          `transpose is taken for ${name} ${showShape(shape)}`,
      );
      return transpose(value.data, given);
    }
    throw new TypeError(
      `what is injected as its ${name} is ${showShape(value.shape)}, but ${
        showShape(shape)
      } is needed`,
    );
  }
}

/** Refuses what is no tensor, or has more or fewer numbers than its shape says. */
function refuseOther(value: unknown, name: string): void {
  const { shape, data } = (value ?? {}) as Partial<Tensor>;
  if (!Array.isArray(shape) || !(data instanceof Float32Array)) {
    throw new TypeError(
      `what is injected as its ${name} must be a number, or a shape and the numbers in a ` +
        "Float32Array",
    );
  }
  if (data.length === count(shape)) return;
  throw new TypeError(
    `what is injected as its ${name} is ${showShape(shape)}, but has ${data.length} numbers`,
  );
}

function withoutOnes(shape: Shape): Shape {
  return shape.filter((extent) => extent !== 1);
}
