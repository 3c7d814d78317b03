/**
 * Finds the data layer that says how pictures are prepared.
 *
 * @module
 */
import type { Net, NetLayer } from "./caffe/net.ts";
import { meanHint, meanImageHint, scaleHint } from "./option_hints.ts";

/**
 * The layer whose `transform_param` applies to an input: one of the network's, or, if the network
 * does not mention the input, one that is selected only in another phase or stage.
 */
export function dataLayerOf(net: Net, input: string): NetLayer | undefined {
  const { inputs, layers, others = [] } = net;
  const own = layers.find(({ transform }) => transform !== undefined);
  const isOwn = inputs.some(({ name }) => name === input) ||
    layers.some(({ tops }) => tops.includes(input));
  if (own !== undefined || isOwn) return own;
  return others.map(({ layer }) => layer)
    .find(({ transform, tops }) => transform !== undefined && tops.includes(input));
}

/**
 * Warns of other data layers than that of the first input that prepare an input otherwise: a bundle has
 * one preprocessing.
 *
 * @param inputs The names of all inputs.
 */
export function warnOfOtherInputs(
  { layers }: Net,
  source: NetLayer,
  [first, ...others]: readonly string[],
  warn: (message: string) => void,
): void {
  const own = JSON.stringify(source.transform);
  const different = layers.filter(({ transform }) => transform && JSON.stringify(transform) !== own)
    .flatMap(({ tops }) => tops.filter((top) => others.includes(top)));
  if (different.length === 0) return;
  warn(
    `the bundle prepares pictures for its first input only, "${first}"; the data layers of ` +
      `${different.map((name) => `"${name}"`).join(" and ")} have other settings in their ` +
      "transform_param: prepare those pictures as these say, and feed them as arrays",
  );
}

/** The options that the caller gave. */
export interface GivenOptions {
  /** Means, or a mean image. */
  readonly mean: boolean;
  /** The factor. */
  readonly scale: boolean;
}

/**
 * Warns of means and a scale that pictures had in training, if neither the network's file nor the
 * caller's options mention them. They are not applied: the network may contain them as layers.
 *
 * @param trained The network that provides the weights.
 */
export function warnOfTraining(
  { others = [] }: Net,
  trained: Net | undefined,
  given: GivenOptions,
  warn: (message: string) => void,
): void {
  const layers = [...others.map(({ layer }) => layer), ...trained?.layers ?? []];
  const layer = layers.find(({ transform }) => transform !== undefined);
  if (layer === undefined) return;
  const { meanFile, meanValues, scale } = layer.transform!;
  const done: string[] = [], hints: string[] = [];
  if (!given.mean) {
    if (meanFile !== "") {
      done.push(`subtracted the mean image "${meanFile}"`);
      hints.push(meanImageHint);
    } else if (meanValues.length > 0) {
      done.push(`subtracted ${meanValues.join(", ")}`);
      hints.push(meanHint(meanValues));
    }
  }
  if (!given.scale && scale !== 1) {
    const factor = Number(scale.toPrecision(7));
    done.push(`multiplied by ${factor}`);
    hints.push(scaleHint(factor));
  }
  if (done.length === 0) return;
  warn(
    `in training, layer "${layer.name}" ${done.join(" and ")}; unless layers of this network do ` +
      `that, set ${hints.join(" and ")}`,
  );
}
