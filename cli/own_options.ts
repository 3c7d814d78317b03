/**
 * Messages of the converter in the words of the command line: the converter names options as a
 * program gives them.
 *
 * @module
 */
import { alignCropsHint, meanImageHint, resizeHint } from "../lib/option_hints.ts";

const text = /("(?:[^"\\]|\\.)*")/.source;

/** How an option is spelled by `lib/option_hints.ts`, and what it is here. */
const spellings: readonly (readonly [string | RegExp, (...found: string[]) => string])[] = [
  [
    new RegExp(`inputShapes: new Map\\(\\[\\[${text}, \\[([^\\]]*)\\]\\]\\]\\)`, "g"),
    (_, name, shape) => `--input-shape ${JSON.parse(name!)}=${shape!.replaceAll(" ", "")}`,
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
    /outputs: (\["(?:[^"\\]|\\.|",")*"\])/g,
    (_, blobs) => `--outputs ${(JSON.parse(blobs!) as string[]).join(",")}`,
  ],
  [/\{ (?:phase|level|stages): [^{}]* \}/g, ownState],
  [resizeHint, () => "--resize"],
  [meanImageHint, () => "--mean"],
  [alignCropsHint, () => "--align-crops"],
];

/** The options that choose layers, as the command line has them. */
function ownState(state: string): string {
  return state.slice(2, -2)
    .replace(/phase: "(\w+)"/, (_, phase) => `-p ${phase.toLowerCase()}`)
    .replace(/level: /, "--level ")
    .replace(
      /stages: (\[.*\])/,
      (_, stages) => (JSON.parse(stages) as string[]).map((stage) => `--stage ${stage}`).join(" "),
    )
    .replaceAll(", ", " ");
}

/** A message that names the options of the command line. */
export function withOwnOptions(message: string): string {
  return spellings.reduce((told, [from, to]) => told.replaceAll(from, to), message);
}
