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
  [resizeHint, () => "--resize"],
  [meanImageHint, () => "--mean"],
  [alignCropsHint, () => "--align-crops"],
];

/** A message that names the options of the command line. */
export function withOwnOptions(message: string): string {
  return spellings.reduce((told, [from, to]) => told.replaceAll(from, to), message);
}
