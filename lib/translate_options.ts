/**
 * Translates options in the converter's messages, where they have the form of code, to options of the
 * command line, for the command line itself and for the page.
 *
 * @module
 */
import { alignCropsHint, layersHint, meanImageHint, resizeHint } from "./option_hints.ts";

/** A name as a string of JSON. */
const text = /("(?:[^"\\]|\\.)*")/.source;
/** A name and its shape: `["data", [1, 3, 224, 224]]`. */
const shape = `\\[${text}, \\[([^\\]]*)\\]\\]`;

/** Patterns for the options that `lib/option_hints.ts` writes, and their translations. */
const spellings: readonly (readonly [string | RegExp, (...found: string[]) => string])[] = [
  [
    new RegExp(`inputShapes: new Map\\(\\[${shape}(?:, ${shape})*\\]\\)`, "g"),
    (all) =>
      [...all!.matchAll(new RegExp(shape, "g"))]
        .map(([, name, shape]) =>
          `--input-shape ${JSON.parse(name!)}=${shape!.replaceAll(" ", "")}`
        )
        .join(" "),
  ],
  [
    new RegExp(`inject: \\[\\{ layer: ${text}, value \\}\\]`, "g"),
    (_, layer) => `--inject ${JSON.parse(layer!)}`,
  ],
  [
    /preprocessing: \{ crop: \[(\d+), (\d+)\] \}/g,
    (_, height, width) => `--crop ${width}x${height}`,
  ],
  [
    /preprocessing: \{ mean: \[([^\]]*)\] \}/g,
    (_, means) => `--mean-values ${means!.replaceAll(" ", "")}`,
  ],
  [/preprocessing: \{ scale: ([^ ]+) \}/g, (_, scale) => `--input-scale ${scale}`],
  [
    /outputs: (\["(?:[^"\\]|\\.|",")*"\])/g,
    (_, blobs) => `--outputs ${(JSON.parse(blobs!) as string[]).join(",")}`,
  ],
  [/\{ (?:phase|level|stages): [^{}]* \}/g, stateOptions],
  [resizeHint, () => "--resize"],
  [meanImageHint, () => "--mean"],
  [alignCropsHint, () => "--align-crops"],
  [layersHint, () => "--layers"],
];

/** The options that select layers. */
function stateOptions(state: string): string {
  return state.slice(2, -2)
    .replace(/phase: "(\w+)"/, (_, phase) => `-p ${phase.toLowerCase()}`)
    .replace(/level: /, "--level ")
    .replace(
      /stages: (\[.*\])/,
      (_, stages) => (JSON.parse(stages) as string[]).map((stage) => `--stage ${stage}`).join(" "),
    )
    .replaceAll(", ", " ");
}

/** A message with the options of the command line. */
export function translateOptions(message: string): string {
  return spellings.reduce((text, [from, to]) => text.replaceAll(from, to), message);
}
