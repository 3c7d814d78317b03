/**
 * The options of `kaffe convert`.
 *
 * @module
 */
import type { WeightsType } from "../lib/emit/bundle.ts";
import { injectOption } from "./injections.ts";
import { layersOption } from "./layers_module.ts";
import { networkOptions } from "./network_options.ts";
import { readChoice } from "./option_values.ts";
import type { Values } from "./options.ts";
import { preprocessingOptions } from "./preprocessing_options.ts";
import { UsageError } from "./usage_error.ts";

/** The storage formats of weights in a graph model. */
const tfjsWeights = ["float32", "float16", "uint8"] as const;
/** The storage formats of weights in a bundle and in an ONNX model. */
const weightsTypes = ["float32", "float16", "int8"] as const;

/** The options. */
export const convertOptions = {
  caffemodel: {
    value: "FILE",
    path: "read",
    about: "The weights, if they are not the second file.",
  },
  "data-output-path": {
    value: "FILE",
    short: "o",
    path: "written",
    extensions: [".npz"],
    about: "Write the bundle here: model.npz.",
  },
  "code-output-path": {
    value: "FILE",
    path: "written",
    extensions: [".ts"],
    about: "Write the class here: model.ts.",
  },
  "tfjs-output-path": {
    value: "FOLDER",
    path: "folder",
    about: "Write TensorFlow.js's graph model here; the folder is made.",
  },
  "saved-model-output-path": {
    value: "FOLDER",
    path: "folder",
    about: "Write TensorFlow's SavedModel here; the folder is made.",
  },
  "onnx-output-path": {
    value: "FILE",
    path: "written",
    extensions: [".onnx"],
    about: "Write the network as ONNX here: model.onnx.",
  },
  ...networkOptions,
  outputs: {
    value: "fc7,…",
    repeats: true,
    about: "End the network at these blobs, and leave out what they do not need.",
  },
  ...layersOption,
  ...injectOption,
  weights: { value: "float32|float16|int8", about: "The type of weights in the bundle (float32)." },
  "tfjs-weights": {
    value: "float32|float16|uint8",
    about: "The type of weights in the graph model (float32).",
  },
  "onnx-weights": {
    value: "float32|float16|int8",
    about: "The type of weights in the ONNX model (float32).",
  },
  ...preprocessingOptions,
  labels: {
    value: "FILE",
    path: "read",
    about: "The names of the classes, one per line; or SSD's label map.",
  },
  runtime: {
    value: "PATH",
    about: "The import path of the runtime, relative to the class (this runtime).",
  },
  ops: {
    value: "FILE",
    path: "read",
    about: "The module from which the class imports custom ops (the file of --layers).",
  },
  input: {
    value: "data=x.npy",
    repeats: true,
    path: "read",
    about: "The input to measure the error of rounded weights with (noise).",
  },
  "no-compare": { about: "Do not run the network to measure the error of rounded weights." },
  "no-optimize": { about: "Keep every blob; fold no layer into another." },
} as const;

/** The values of the options. */
export type ConvertValues = Values<typeof convertOptions>;

/** The storage formats of weights. */
export interface Storage {
  readonly bundle: WeightsType;
  readonly onnx: WeightsType;
  readonly tfjs: (typeof tfjsWeights)[number];
}

/**
 * The storage formats that the options name.
 *
 * @throws {UsageError} if there is no such format.
 */
export function storageFrom(values: ConvertValues): Storage {
  const {
    weights: bundle = "float32",
    "onnx-weights": onnx = "float32",
    "tfjs-weights": tfjs = "float32",
  } = values;
  return {
    bundle: readChoice(bundle, "--weights", weightsTypes),
    onnx: readChoice(onnx, "--onnx-weights", weightsTypes),
    tfjs: readChoice(tfjs, "--tfjs-weights", tfjsWeights),
  };
}

/** Options that have no effect without another one. */
const needs = [
  ["weights", "data-output-path", "the bundle"],
  ["tfjs-weights", "tfjs-output-path", "TensorFlow.js's graph model"],
  ["onnx-weights", "onnx-output-path", "the ONNX model"],
  ["runtime", "code-output-path", "the class"],
  ["ops", "code-output-path", "the class"],
] as const;

/**
 * Refuses options that would have no effect.
 *
 * @throws {UsageError} naming the option that is missing.
 */
export function refuseUnusedOptions(values: ConvertValues, { bundle }: Storage): void {
  for (const [option, output, what] of needs) {
    if (values[option] !== undefined && values[output] === undefined) {
      throw new UsageError(`--${option} has no effect without ${what}: --${output} is missing`);
    }
  }
  if (values.input.length > 0 && bundle === "float32") {
    throw new UsageError("--input has no effect without --weights float16 or int8");
  }
}
