/**
 * The options for reading a Caffe network.
 *
 * @module
 */
import type { ConvertOptions } from "../lib/convert_options.ts";
import { readChoice, readInteger, readShapes } from "./option_values.ts";
import type { Values } from "./options.ts";

/** The options, for the commands that read networks. */
export const networkOptions = {
  phase: { value: "test|train", short: "p", about: "Select the layers of this phase (test)." },
  stage: { value: "S", repeats: true, about: "Select the layers of this stage." },
  level: { value: "N", about: "Select the layers of this level (0)." },
  "input-shape": {
    value: "data=1,3,224,224",
    repeats: true,
    about: "The shape of an input (as in the file).",
  },
  "align-crops": {
    about: "Let a Crop without settings align its bottoms, as FCN's and HED's forks do.",
  },
} as const;

/** The phases, as Caffe writes them. */
const phases = { test: "TEST", train: "TRAIN" } as const;

/** The corresponding options of `convert`. */
export function networkOptionsFrom(values: Values<typeof networkOptions>): ConvertOptions {
  const { phase, stage, level } = values;
  return {
    phase: phase === undefined
      ? undefined
      : phases[readChoice(phase, "--phase", ["test", "train"])],
    stages: stage,
    ...(level === undefined ? {} : { level: readInteger(level, "--level") }),
    inputShapes: readShapes(values["input-shape"], "--input-shape"),
    alignCrops: values["align-crops"],
  };
}
