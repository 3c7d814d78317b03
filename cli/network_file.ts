/**
 * Opens a bundle that a command is given.
 *
 * @module
 */
import { readBundle } from "../runtime/bundle.ts";
import { Network } from "../runtime/network.ts";
import { readFile } from "./files.ts";
import { importLayers, layersOption } from "./layers_module.ts";
import { printNotice } from "./print.ts";
import { readChoice } from "./option_values.ts";
import type { Values } from "./options.ts";
import { backendOption, openTensorFlow } from "./tensorflow.ts";
import { UsageError } from "./usage_error.ts";

/** The options that say how a network is loaded: with which ops, and where it runs. */
export const deviceOption = {
  ...layersOption,
  device: {
    value: "gpu|cpu|reference",
    about: "Run on the GPU, on the CPU, or in plain loops, which are slow (gpu if there is one).",
  },
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
  const where = device === undefined
    ? {}
    : { device: readChoice(device, "--device", ["gpu", "cpu", "reference"]) };
  const { ops } = await importLayers(layers);
  const bytes = await readFile(path);
  const network = await naming(path, () => {
    return Network.load(bytes, { ...where, ops, onNotice: printNotice });
  });
  return { network, [Symbol.dispose]: () => network.destroy() };
}

/** The options that say which engine runs a network, beside those of the runtime's own. */
export const engineOptions = {
  ...deviceOption,
  engine: { value: "kaffe|tfjs", about: "Run with kaffe's engine, or with TensorFlow.js (kaffe)." },
  ...backendOption,
} as const;

/** The network of a bundle, on the engine that the options name. Dispose of it when done. */
export async function openWithEngine(
  path: string,
  { engine = "kaffe", device, backend, layers }: Values<typeof engineOptions>,
): ReturnType<typeof openNetwork> {
  if (readChoice(engine, "--engine", ["kaffe", "tfjs"]) === "tfjs") {
    if (device !== undefined) {
      throw new UsageError("--device is kaffe's; --backend is TensorFlow's");
    }
    return await openInTensorFlow(path, backend, layers);
  }
  if (backend !== undefined) throw new UsageError("--backend is for --engine tfjs");
  return await openNetwork(path, device, layers);
}

/** The network of a bundle, on TensorFlow.js. Dispose of it when done. */
export async function openInTensorFlow(
  path: string,
  backend: string | undefined,
  layers?: string,
): ReturnType<typeof openNetwork> {
  const { ops } = await importLayers(layers);
  const bytes = await readFile(path);
  const bundle = await naming(path, () => readBundle(bytes, undefined, ops));
  const network = new Network(bundle, await openTensorFlow(backend));
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
