/**
 * Converts dropped files.
 *
 * @module
 */
import { readMean } from "../lib/caffe/read.ts";
import { convert } from "../lib/convert.ts";
import { UnknownTypesError } from "../lib/lowering/unknown_types.ts";
import type { NamedBytes } from "../lib/named_file.ts";
import type { Model } from "../lib/model.ts";
import { meanImageHint } from "../lib/option_hints.ts";
import { translateOptions } from "../lib/translate_options.ts";
import { withMeanImage } from "../lib/preprocessing.ts";
import type { ModelFiles } from "./messages.ts";
import { partialFile } from "./partial_file.ts";

/** A model, and why it is only a part of its network, if it is. */
export interface OpenedModel {
  readonly model: Model;
  readonly problem: string | null;
}

/** The files, with those that are small in memory. */
type ConvertedFiles = Pick<ModelFiles, "network" | "weights" | "preprocessing"> & {
  readonly mean: NamedBytes | undefined;
  readonly labels: readonly string[] | undefined;
};

/**
 * Converts a network. If it has layers of unknown types, it ends before them.
 *
 * @param warn Receives warnings of possible mistakes.
 */
export function convertFiles(files: ConvertedFiles, warn: (message: string) => void): OpenedModel {
  try {
    return convertKnown(files, (message) => warn(withCommand(message)));
  } catch (cause) {
    throw new Error(withCommand((cause as Error).message), { cause });
  }
}

/** A message with the command that has its options, unless the page has means for them. */
function withCommand(text: string): string {
  const message = text.replaceAll(meanImageHint, "its .binaryproto, dropped here");
  const translated = translateOptions(message);
  return translated === message || message.includes("preprocessing: {")
    ? message
    : `${translated}\nThe option is one of kaffe convert; the bundle that it writes can be opened here`;
}

/** Converts the layers of known types. */
function convertKnown(files: ConvertedFiles, warn: (message: string) => void): OpenedModel {
  const warnings: string[] = [];
  try {
    const model = convertUpTo(undefined, files, (message) => warnings.push(message));
    warnings.forEach(warn);
    return { model, problem: null };
  } catch (error) {
    if (!(error instanceof UnknownTypesError) || error.ends.length === 0) throw error;
    const { layers, ends } = error;
    return {
      model: convertUpTo(ends, files, warn),
      problem: `Cannot convert the whole network: ${layers}\n` +
        `What is shown, runs and is saved ends before them, at ${ends.join(", ")}; ` +
        "kaffe convert --layers takes a module that defines them",
    };
  }
}

/** Converts a network, or the part of it that the outputs need. */
function convertUpTo(
  outputs: readonly string[] | undefined,
  { network, weights, mean, labels, preprocessing }: ConvertedFiles,
  warn: (message: string) => void,
): Model {
  const open = (file: File) => ({ bytes: partialFile(file), name: file.name });
  return convert(open((network ?? weights)!), {
    caffemodel: network && weights && open(weights),
    outputs,
    labels,
    preprocessing: {
      ...preprocessing,
      ...(mean && { meanImage: readMean(mean.bytes, mean.name) }),
    },
    warn,
  });
}

/**
 * The model of a bundle, with another mean image.
 *
 * @param warn Receives a warning if it has no effect.
 */
export function withMean(
  model: Model,
  { bytes, name }: NamedBytes,
  warn: (message: string) => void,
): Model {
  const { preprocessing, graph } = model, mean = readMean(bytes, name);
  if (preprocessing === null) {
    warn(`${name} has no effect: the network's first input is not a picture`);
    return model;
  }
  return { ...model, preprocessing: withMeanImage(preprocessing, mean, graph.inputs[0]!.shape) };
}
