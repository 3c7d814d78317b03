/**
 * Runs a network on many picture files in batches.
 *
 * @module
 */
import type { Network } from "../runtime/network.ts";
import { showShape, type Tensor } from "../runtime/tensor.ts";
import { PictureInput } from "./picture_input.ts";
import { printError } from "./print.ts";
import { startProgress } from "./progress.ts";
import { readAhead } from "./read_ahead.ts";

/**
 * The blobs of all pictures, concatenated as if they were one batch. For files that are unreadable or
 * no pictures, an error is printed, and their part of each blob is NaN.
 *
 * @param size The batch size.
 * @returns The blobs, and the number of files that failed.
 * @throws {TypeError} if the network does not take one picture, or a blob has no batch axis.
 * @throws {Error} that names a file, if all fail.
 */
export async function runPictures(
  network: Network,
  pictures: readonly string[],
  size: number,
  outputs: readonly string[],
): Promise<{ readonly results: Record<string, Tensor>; readonly failed: number }> {
  const input = new PictureInput(network, "take");
  const parts: Record<string, Tensor>[] = [];
  const errors: Error[] = [];
  using progress = startProgress("running", pictures.length);
  let done = 0;
  const read = async (files: readonly string[]) => {
    const failed: number[] = [];
    const inputs = await input.read(files, (i, error) => {
      failed.push(i);
      errors.push(error);
    });
    return { files, failed, inputs };
  };
  for await (const { files, failed, inputs } of readAhead(pictures, size, read)) {
    const tensors = await network.run(inputs, { outputs });
    if (size < pictures.length || failed.length > 0) {
      for (const name of outputs) {
        expectBatch(name, tensors[name]!, files.length);
        for (const i of failed) fillWithNaN(tensors[name]!, i);
      }
    }
    parts.push(tensors);
    done += files.length;
    progress.update(done);
  }
  if (errors.length === pictures.length) throw errors[0]!;
  for (const { message } of errors) printError(`${message}; its results are written as NaN`);
  const results = outputs.map((name) => [name, joined(parts.map((part) => part[name]!))] as const);
  return { results: Object.fromEntries(results), failed: errors.length };
}

/** Sets a sample of a tensor to NaN. */
function fillWithNaN({ shape: [samples], data }: Tensor, sample: number): void {
  const size = data.length / samples!;
  data.fill(NaN, sample * size, (sample + 1) * size);
}

/** Refuses a blob whose first axis is not the batch. */
function expectBatch(name: string, { shape }: Tensor, samples: number): void {
  if (shape[0] === samples) return;
  throw new TypeError(
    `Cannot join "${name}" over all pictures: it is ${showShape(shape)} for a batch of ` +
      `${samples}; run the pictures one by one, or all at once with --batch`,
  );
}

/** Tensors joined along their first axis. */
function joined(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors as [Tensor];
  if (tensors.length === 1) return first;
  const samples = tensors.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const data = new Float32Array(tensors.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  return { shape: first.shape.with(0, samples), data };
}
