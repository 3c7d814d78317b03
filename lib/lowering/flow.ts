/**
 * The data flow between layers, before shapes are known.
 *
 * @module
 */
import type { Net, NetLayer } from "../caffe/net.ts";
import { type Layer, usesOf } from "../layers/layer.ts";
import { layerOf, type LayerTable } from "../layers/mod.ts";
import { explainGuess, guessType, replacedByInputs } from "../layers/unknown.ts";

/** One version of a blob, from being written to being overwritten in place. */
export interface FlowBlob {
  readonly name: string;
  readonly readers: Reader[];
}

/** A layer that reads a blob. */
export interface Reader {
  readonly step: Step;
  /** Whether it needs the blob outside training. */
  readonly isUse: boolean;
}

/** A layer with the blob versions that it reads and writes. */
export interface Step {
  readonly layer: NetLayer;
  /** The name of its type. */
  readonly typeName: string;
  /** The definition of its type; `undefined` if it is unknown. */
  readonly type: Layer | undefined;
  /** The blobs that it reads; `undefined` for one that no earlier layer has written. */
  readonly bottoms: readonly (FlowBlob | undefined)[];
  /** How many of the bottoms, from the first, it needs outside training. */
  readonly uses: number;
  /** Those of them that exist. */
  readonly used: readonly FlowBlob[];
  readonly tops: readonly FlowBlob[];
}

/** A network as its data flow. */
export interface Flow {
  /** The inputs declared outside any layer. */
  readonly inputs: readonly FlowBlob[];
  readonly steps: readonly Step[];
}

/**
 * Builds the data flow of a network.
 *
 * @param inputs The names of the inputs declared outside any layer.
 * @param shaped The names of the blobs whose shapes are given. A layer of an unknown type that would
 * write one is replaced by inputs.
 * @param warn Receives a message for each layer whose type was guessed.
 */
export function flowOf(
  net: Net,
  inputs: readonly string[],
  shaped: ReadonlySet<string>,
  known: LayerTable,
  warn: (message: string) => void,
): Flow {
  const blobs = new Map<string, FlowBlob>();
  const write = (name: string): FlowBlob => {
    const blob = { name, readers: [] };
    blobs.set(name, blob);
    return blob;
  };
  const started = inputs.map(write);
  const isSilence = ({ type }: NetLayer) => type === "Silence";
  const silenced = bottomsOf(net.layers.filter(isSilence));
  const read = bottomsOf(net.layers.filter((layer) => !isSilence(layer)));
  const steps = net.layers.map((original): Step => {
    const { name: typeName, type: found } = layerOf(original, known);
    const shapedTop = original.tops.find((top) => shaped.has(top) && !blobs.has(top));
    const isReplaced = found === undefined && shapedTop !== undefined &&
      original.bottoms.length > 0;
    const layer = isReplaced ? { ...original, bottoms: [] } : original;
    const guess = isReplaced
      ? replacedByInputs(typeName, shapedTop)
      : found === undefined
      ? guessType(original, typeName, read, silenced)
      : undefined;
    if (guess) warn(explainGuess(original, typeName, guess, known));
    const type = found ?? guess?.type;
    const bottoms = layer.bottoms.map((name) => blobs.get(name));
    const unused = isReplaced ? original.bottoms.map((name) => blobs.get(name)) : [];
    const tops = layer.tops.map(write);
    const uses = type === undefined ? Infinity : usesOf(type, layer);
    const used = bottoms.slice(0, uses).filter((blob) => blob !== undefined);
    const step = { layer, typeName, type, bottoms, uses, used, tops };
    bottoms.forEach((blob, i) => blob?.readers.push({ step, isUse: i < uses }));
    for (const blob of unused) blob?.readers.push({ step, isUse: false });
    return step;
  });
  return { inputs: started, steps };
}

/** The names of the blobs that some layers read. */
function bottomsOf(layers: readonly NetLayer[]): ReadonlySet<string> {
  return new Set(layers.flatMap(({ bottoms }) => bottoms));
}

/** All sources: inputs, and the tops of data layers. */
export function sourcesOf({ inputs, steps }: Flow): readonly FlowBlob[] {
  return [...inputs, ...steps.flatMap(({ type, tops }) => type?.inputs ? tops : [])];
}

/** The names of the blobs that layers read, but nothing provides. */
export function missingIn({ steps }: Flow): readonly string[] {
  const names = steps.flatMap(({ layer, bottoms }) => layer.bottoms.filter((_, i) => !bottoms[i]));
  return [...new Set(names)];
}

/** Whether a layer is a loss or metric, or writes a file, so that its bottoms stay outputs. */
export function measures({ layer, type }: Step): boolean {
  return type?.measures === true || type?.leftOut?.(layer) !== undefined;
}

/** Whether a layer is a loss or metric that is left out outside training. */
export function onlyMeasures({ layer, type }: Step): boolean {
  return type?.leftOut?.(layer) !== undefined ||
    type?.measures === true && type.lower === undefined;
}

/** Whether a layer only consumes blobs, so that they are not outputs. */
export function isSilent({ type }: Step): boolean {
  return type?.uses === 0;
}

/** Whether a layer has, or may have, learned blobs. */
export function learns({ layer, type, bottoms }: Step): boolean {
  if (type === undefined) return layer.blobs.length + layer.params.length > 0;
  return type.blobs !== undefined && !(bottoms.length > 1 && fromBottoms.includes(type.type));
}

/** Types that take their learned blob from a second bottom, if they have one. */
const fromBottoms = ["Scale", "Bias"];
