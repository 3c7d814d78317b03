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
 * @param warn Receives the guess.
 */
export function guessType(
  layer: NetLayer,
  name: string,
  read: ReadonlySet<string>,
  silenced: ReadonlySet<string>,
  known: LayerTable,
  warn: (message: string) => void,
): Layer | undefined {
  const { bottoms, tops, blobs, lossWeights } = layer;
  const explain = (what: string, why: string) => warn(explanation(layer, name, known, what, why));
  if (bottoms.length === 0 && tops.length > 0) {
    if (blobs.length > 0) return undefined;
    explain("taken for inputs", "it has no bottoms");
    return dataOf(name);
  }
  const isWeighted = lossWeights.length > 0;
  const isLoss = isWeighted || isMeasure(name);
  if (!isLoss && !tops.every((top) => silenced.has(top))) return undefined;
  if (tops.slice(isWeighted ? 1 : 0).some((top) => read.has(top))) return undefined;
  explain(
    "left out",
    isLoss
      ? `its ${isMeasure(name) ? "name" : "loss_weight"} is that of a loss or metric`
      : tops.length === 0
      ? "it has no tops"
      : "only Silence layers read its tops",
  );
  const any: CountRange = [0, Infinity];
  return { ...measure(name), bottoms: any, tops: any, uses: Infinity, isSymmetric: true };
}

/** The data layer that replaces a layer of an unknown type, since the shape of a top is given. */
export function replacedByInputs(
  layer: NetLayer,
  name: string,
  given: string,
  known: LayerTable,
  warn: (message: string) => void,
): Layer {
  const why = `the shape of its top ${JSON.stringify(given)} is given`;
  warn(explanation(layer, name, known, "replaced by inputs", why));
  return dataOf(name);
}

/** What becomes of a layer of an unknown type, and why. */
function explanation(
  { name: layer, where }: NetLayer,
  name: string,
  known: LayerTable,
  what: string,
  why: string,
): string {
  const which = layer === "" ? `at ${where}` : `"${layer}"`;
  return `layer ${which} is ${what}: ${unknownType(name, known)}, and ${why}`;
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
