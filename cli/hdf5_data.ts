/**
 * Reads what an HDF5Data layer is trained on: HDF5 files with an array for each top, of which the one
 * named `label` has the classes. The layer feeds arrays as they are, without preprocessing.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";
import { readArray } from "../lib/datasets/hdf5.ts";
import { withoutOnes } from "../lib/without_ones.ts";
import { wholeOf } from "../proto/deferred.ts";
import { getOrInsertComputed } from "../runtime/get_or_insert_computed.ts";
import type { Network } from "../runtime/network.ts";
import { count, sameShape, type Shape, showShape, type Tensor } from "../runtime/tensor.ts";
import type { SampleInput } from "./classifier.ts";
import { expectFiles, openPartial } from "./files.ts";
import type { Labelled } from "./labelled.ts";
import type { Line } from "./picture_list.ts";

/** Whether a path is that of an HDF5 file. */
export function isHdf5Path(path: string): boolean {
  return /\.(h5|hdf5)$/i.test(path);
}

/**
 * The HDF5 files of a list, if each line of it is the path of one.
 *
 * @param root The folder that paths are relative to.
 * @throws {Error} that names a file that does not exist.
 */
export function hdf5Files(lines: readonly Line[], root: string): readonly string[] | undefined {
  if (!lines.every(({ text }) => isHdf5Path(text))) return undefined;
  const files = lines.map(({ text }) => isAbsolute(text) ? text : join(root, text));
  expectFiles(files, (i) => lines[i]!.where);
  return files;
}

/** A sample of an HDF5 file. */
export interface ArraySample {
  /** Its file and index, for messages. */
  readonly name: string;
  /**
   * Its part of an array of the file.
   *
   * @throws {SyntaxError} if the file has no such array with a part for each label.
   */
  of(array: string): Tensor;
}

/** The samples of HDF5 files, of which one after the other is read as a whole. */
export function* samplesOf(files: readonly string[]): Generator<Labelled<ArraySample>> {
  for (const file of files) {
    const bytes = bytesOf(file);
    const labels = readArray(bytes, "label", file), arrays = new Map<string, Tensor>();
    expectSamples(labels.shape, "label", count(labels.shape), file);
    const read = (name: string): Tensor => {
      const array = readArray(bytes, name, file);
      expectSamples(array.shape, name, labels.data.length, file);
      return array;
    };
    for (const [i, label] of labels.data.entries()) {
      const of = (name: string): Tensor => {
        const whole = getOrInsertComputed(arrays, name, () => read(name));
        const shape = whole.shape.slice(1), size = count(shape);
        return { shape, data: whole.data.subarray(i * size, (i + 1) * size) };
      };
      const where = `${file}, sample ${i}`;
      yield { sample: { name: where, of }, label, where };
    }
  }
}

function bytesOf(path: string): Uint8Array {
  using file = openPartial(path);
  return wholeOf(file);
}

function expectSamples(shape: Shape, name: string, samples: number, file: string): void {
  if (shape[0] === samples) return;
  const wanted = name === "label" ? "one number for each sample" : "as many samples as labels";
  throw new SyntaxError(
    `Cannot read ${file}: its array "${name}" is ${showShape(shape)}, but must have ${wanted}`,
  );
}

/** The input of a network whose only input is an array. */
export class ArrayInput implements SampleInput<ArraySample> {
  readonly views = 1;
  readonly tellIfRaw = () => {};
  readonly #name: string;
  readonly #shape: Shape;

  /** @throws {TypeError} if the network takes several arrays. */
  constructor({ inputs: [input, ...others] }: Pick<Network, "inputs">) {
    if (others.length > 0) {
      const names = [input!, ...others].map(({ name }) => `"${name}"`);
      throw new TypeError(`Cannot classify arrays: the network takes ${names.join(" and ")}`);
    }
    this.#name = input!.name;
    this.#shape = input!.shape.slice(1);
  }

  read(samples: readonly ArraySample[]): Promise<Record<string, Tensor>> {
    const size = count(this.#shape), data = new Float32Array(samples.length * size);
    for (const [i, sample] of samples.entries()) {
      const { shape, data: numbers } = sample.of(this.#name);
      // Older networks have inputs of four axes: [N, 10, 1, 1] for vectors.
      if (!sameShape(withoutOnes(shape), withoutOnes(this.#shape))) {
        throw new TypeError(
          `Cannot feed ${sample.name} to "${this.#name}": it is ${showShape(shape)}, but the ` +
            `network takes ${showShape(this.#shape)}`,
        );
      }
      data.set(numbers, i * size);
    }
    return Promise.resolve({ [this.#name]: { shape: [samples.length, ...this.#shape], data } });
  }
}
