/**
 * Opens a bundle that a command is given.
 *
 * @module
 */
import { Network } from "../runtime/network.ts";
import { readFile } from "./files.ts";
import { importLayers, layersOption } from "./layers_module.ts";
import { readChoice } from "./option_values.ts";

/** The options that say how a network is loaded: with which ops, and where it runs. */
export const deviceOption = {
  ...layersOption,
  device: { value: "gpu|cpu", about: "Run on the GPU, or in plain loops, which are slow (gpu)." },
} as const;

/**
 * The network of a bundle. Dispose of it when done.
 *
 * @param device What `--device` says.
 * @param layers What `--layers` says.
 */
export async function openNetwork(
  path: string,
  device: string | undefined,
  layers?: string,
): Promise<{ readonly network: Network } & Disposable> {
  const where = readChoice(device ?? "gpu", "--device", ["gpu", "cpu"]);
  const { ops } = await importLayers(layers);
  const bytes = await readFile(path);
  const network = await naming(path, () => Network.load(bytes, { device: where, ops }));
  return { network, [Symbol.dispose]: () => network.destroy() };
}

/** Lets the errors of reading a bundle or a zip name the file. */
export async function naming<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const state = /^Cannot read the (?:bundle|zip): (.*)$/s.exec((cause as Error).message)?.[1];
    if (state === undefined) throw cause;
    throw new TypeError(`Cannot read ${path}: ${state}`, { cause });
  }
}
