/**
 * Guesses the purpose of layers of unknown types: data layers, losses and metrics.
 *
 * @module
 */
import { suggest } from "../../proto/suggest.ts";
import type { NetLayer } from "../caffe/net.ts";
import { dataOf } from "./bvlc/data.ts";
import { measure } from "./bvlc/losses.ts";
import type { CountRange, Layer } from "./layer.ts";
import type { LayerTable } from "./mod.ts";

/** What a layer of an unknown type is taken for. */
export interface Guess {
  readonly type: Layer;
  /** What becomes of the layer, and why, for a warning. */
  readonly becomes: string;
  readonly because: string;
}

/**
 * The guessed type of a layer of an unknown type, if there is evidence.
 *
 * A layer without bottoms is a data layer, whose tops are inputs. One that is a loss or a metric by
 * its name, or a loss by its `loss_weight`, is left out if nothing reads its tops; with a
 * `loss_weight`, the first one may be read, since that is the loss. So is one without tops, or whose
 * tops only Silence layers read, such as those that print or write a blob.
 *
 * @param name The name of its type.
 * @param read The names of the blobs that layers read, other than Silence.
 * @param silenced The names of the blobs that Silence layers read.
 */
export function guessType(
  { bottoms, tops, blobs, lossWeights }: NetLayer,
  name: string,
  read: ReadonlySet<string>,
  silenced: ReadonlySet<string>,
): Guess | undefined {
  if (bottoms.length === 0 && tops.length > 0) {
    if (blobs.length > 0) return undefined;
    return { type: dataOf(name), becomes: "taken for inputs", because: "it has no bottoms" };
  }
  const isWeighted = lossWeights.length > 0;
  const isLoss = isWeighted || isMeasure(name);
  if (!isLoss && !tops.every((top) => silenced.has(top))) return undefined;
  if (tops.slice(isWeighted ? 1 : 0).some((top) => read.has(top))) return undefined;
  const any: CountRange = [0, Infinity];
  return {
    type: { ...measure(name), bottoms: any, tops: any, uses: Infinity, isSymmetric: true },
    becomes: "left out",
    because: isLoss
      ? `its ${isMeasure(name) ? "name" : "loss_weight"} is that of a loss or metric`
      : tops.length === 0
      ? "it has no tops"
      : "only Silence layers read its tops",
  };
}

/** The data layer that replaces a layer of an unknown type, since the shape of a top is given. */
export function replacedByInputs(name: string, given: string): Guess {
  return {
    type: dataOf(name),
    becomes: "replaced by inputs",
    because: `the shape of its top ${JSON.stringify(given)} is given`,
  };
}

/** The warning about a guess. */
export function explainGuess(
  { name, where }: NetLayer,
  typeName: string,
  { becomes, because }: Guess,
  known: LayerTable,
): string {
  const which = name === "" ? `at ${where}` : `"${name}"`;
  return `layer ${which} is ${becomes}: ${unknownType(typeName, known)}, and ${because}`;
}

/** The message about an unknown type, with a suggestion. */
export function unknownType(name: string, known: LayerTable): string {
  return `type ${name} is not supported${suggest(name, known.keys())}`;
}

/** Whether the name of a type, or of a Python layer's class, is that of a loss or a metric. */
function isMeasure(name: string): boolean {
  const type = name.split(".").at(-1)!;
  return /Loss(?![a-z])|Accuracy|Evaluat/.test(type) || /(loss|accuracy)(layer)?\d*$/i.test(type);
}
