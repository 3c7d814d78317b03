/**
 * Loads the networks of bundles, on the engine and the device that options name.
 *
 * @module
 */
import type { LoadOptions } from "../runtime/load_options.ts";
import type { Network } from "../runtime/network.ts";
import { readBundleFile } from "./bundle_file.ts";
import { withFileInErrors } from "./file_errors.ts";
import { readFile } from "./files.ts";
import { type Feed, kernelOptions, kernelsFrom } from "./kernels.ts";
import { importLayers, layersOption } from "./layers_module.ts";
import { OpenedNetwork } from "./opened_network.ts";
import { readChoice } from "./option_values.ts";
import type { Values } from "./options.ts";
import { printNotice } from "./print.ts";
import { randomInputs } from "./random_inputs.ts";
import { backendOption, openTensorFlow } from "./tensorflow.ts";
import { UsageError } from "./usage_error.ts";

/** The options for loading a network: its custom ops and its device. */
export const deviceOptions = {
  ...layersOption,
  device: {
    value: "gpu|cpu|reference",
    about: "The device; reference runs slow plain loops (a hardware GPU, or else the CPU).",
  },
  "gpu-weights": {
    value: "float32|float16|int8",
    about: "The type of weights on the GPU (float32).",
  },
  "gpu-activations": {
    value: "float32|float16",
    about: "The type of blobs on the GPU (float32).",
  },
  ...kernelOptions,
} as const;

/** The options that only concern the GPU. */
const gpuOptions = ["gpu-weights", "gpu-activations", "autotune", "kernels"] as const;

/**
 * Loads the network of a bundle.
 *
 * @param feed Makes the inputs to measure kernels with, for `--autotune`.
 */
export async function openNetwork(
  path: string,
  values: Values<typeof deviceOptions>,
  feed: Feed = randomInputs,
): Promise<OpenedNetwork> {
  const options = loadOptionsFrom(values);
  const { ops } = await importLayers(values.layers);
  const bytes = await readFile(path);
  const open = (more: LoadOptions) =>
    withFileInErrors(
      path,
      bytes,
      () => OpenedNetwork.load(bytes, { ...options, ops, onNotice: printNotice, ...more }),
    );
  const chooseKernel = await kernelsFrom(values, open, feed);
  const network = await open(chooseKernel ? { chooseKernel } : {});
  warnOfUnusedOptions(network, values);
  return network;
}

/** Warns of GPU options if the CPU runs the network instead. */
function warnOfUnusedOptions({ device }: Network, values: Values<typeof deviceOptions>): void {
  const unused = gpuOptions.filter((name) => values[name]).map((name) => `--${name}`);
  if (unused.length === 0 || !device.startsWith("the CPU")) return;
  printNotice(
    `${unused.join(" and ")} ${unused.length === 1 ? "has" : "have"} no effect on the CPU; ` +
      "--device gpu uses any GPU, even a software one",
  );
}

/** The options of `Network.load`. */
function loadOptionsFrom(values: Values<typeof deviceOptions>): LoadOptions {
  const { device, "gpu-weights": weights, "gpu-activations": activations } = values;
  const where = device && readChoice(device, "--device", ["gpu", "cpu", "reference"]);
  for (const name of gpuOptions) {
    if (values[name] && where && where !== "gpu") {
      throw new UsageError(`--${name} is for the GPU, not for --device ${where}`);
    }
  }
  return {
    ...where && { device: where },
    ...weights && {
      gpuWeights: readChoice(weights, "--gpu-weights", ["float32", "float16", "int8"]),
    },
    ...activations && {
      gpuActivations: readChoice(activations, "--gpu-activations", ["float32", "float16"]),
    },
  };
}

/** The options for engines other than the runtime's own. */
export const engineOptions = {
  ...deviceOptions,
  engine: { value: "kaffe|tfjs", about: "The engine: kaffe's own or TensorFlow.js (kaffe)." },
  ...backendOption,
} as const;

/** Loads the network of a bundle on the requested engine. */
export async function openWithEngine(
  path: string,
  values: Values<typeof engineOptions>,
  feed: Feed,
): Promise<OpenedNetwork> {
  const { engine = "kaffe", backend } = values;
  if (readChoice(engine, "--engine", ["kaffe", "tfjs"]) === "tfjs") {
    for (const name of ["device", ...gpuOptions] as const) {
      if (values[name]) {
        throw new UsageError(`--${name} is for --engine kaffe; for TensorFlow.js use --backend`);
      }
    }
    return await openInTensorFlow(path, backend, values.layers);
  }
  if (backend !== undefined) throw new UsageError("--backend is for --engine tfjs");
  return await openNetwork(path, values, feed);
}

/** Loads the network of a bundle on TensorFlow.js. */
export async function openInTensorFlow(
  path: string,
  backend: string | undefined,
  layers: string | undefined,
): Promise<OpenedNetwork> {
  const { ops } = await importLayers(layers);
  const bundle = await readBundleFile(path, ops);
  return new OpenedNetwork(bundle, await openTensorFlow(backend));
}
