/**
 * Runs a network on many picture files, some at a time.
 *
 * @module
 */
import type { Network } from "../runtime/network.ts";
import { showShape, type Tensor } from "../runtime/tensor.ts";
import { batches, PictureInput } from "./picture_input.ts";
import { startProgress } from "./progress.ts";

/**
 * Blobs of all pictures, one picture behind the other, as if they had been run at once.
 *
 * @param size How many are run at once.
 * @throws {TypeError} if the network does not take one picture, or a blob is not one a picture.
 */
export async function runPictures(
  network: Network,
  pictures: readonly string[],
  size: number,
  outputs: readonly string[],
): Promise<Record<string, Tensor>> {
  const input = new PictureInput(network, "take");
  const results: Record<string, Tensor>[] = [];
  using progress = startProgress("running", pictures.length);
  let done = 0;
  for (const files of batches(pictures, size)) {
    const tensors = await network.run(await input.read(files), { outputs });
    for (const name of size < pictures.length ? outputs : []) {
      refuseOther(name, tensors[name]!, files.length);
    }
    results.push(tensors);
    progress.update(done += files.length);
  }
  return Object.fromEntries(
    outputs.map((name) => [name, joined(results.map((each) => each[name]!))]),
  );
}

function refuseOther(name: string, { shape }: Tensor, count: number): void {
  if (shape[0] === count) return;
  throw new TypeError(
    `Cannot join what "${name}" is for each picture: it is ${showShape(shape)} for ${count}; run ` +
      "them one by one, or all at once with --batch",
  );
}

/** Tensors joined along their first axis. */
function joined(tensors: readonly Tensor[]): Tensor {
  const [{ shape, data: only }] = tensors as [Tensor];
  if (tensors.length === 1) return { shape, data: only };
  const data = new Float32Array(tensors.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  return { shape: shape.with(0, tensors.reduce((sum, { shape }) => sum + shape[0]!, 0)), data };
}
