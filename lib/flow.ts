/**
 * What the layers of a network read and give each other, before anything is known of shapes.
 *
 * @module
 */
import type { Net, NetLayer } from "./caffe/net.ts";
import { type Layer, usesOf } from "./layers/layer.ts";
import { layerOf, type LayerTable } from "./layers/mod.ts";
import { guessType } from "./layers/unknown.ts";

/** A blob from where it is written to where it is overwritten; what was there before is another. */
export interface FlowBlob {
  readonly name: string;
  readonly readers: Reader[];
}

/** A layer that reads a blob. */
export interface Reader {
  readonly step: Step;
  /** Whether what it reads matters outside training. */
  readonly isUse: boolean;
}

/** A layer, and the blobs around it. */
export interface Step {
  readonly layer: NetLayer;
  /** What its type is called. */
  readonly typeName: string;
  /** What is known of its type: nothing, if it is unknown. */
  readonly type: Layer | undefined;
  /** What it reads; `undefined` stands for what no layer before it has written. */
  readonly bottoms: readonly (FlowBlob | undefined)[];
  /** How many of them, the first ones, matter outside training. */
  readonly uses: number;
  /** Those of them that are there. */
  readonly used: readonly FlowBlob[];
  readonly tops: readonly FlowBlob[];
}

/** A network as its blobs flow through it. */
export interface Flow {
  /** The inputs that stand outside any layer. */
  readonly inputs: readonly FlowBlob[];
  readonly steps: readonly Step[];
}

/**
 * Follows the blobs of a network.
 *
 * @param inputs The names of the inputs that stand outside any layer.
 * @param warn Is told of layers whose types are not known, but guessed.
 */
export function flowOf(
  net: Net,
  inputs: readonly string[],
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
  const read = new Set(
    net.layers.flatMap(({ type, bottoms }) => type === "Silence" ? [] : bottoms),
  );
  const steps = net.layers.map((layer): Step => {
    const { name: typeName, type: found } = layerOf(layer, known);
    const type = found ?? guessType(layer, typeName, read, known, warn);
    const bottoms = layer.bottoms.map((name) => blobs.get(name));
    const tops = layer.tops.map(write);
    const uses = type === undefined ? Infinity : usesOf(type, layer);
    const used = bottoms.slice(0, uses).filter((blob) => blob !== undefined);
    const step = { layer, typeName, type, bottoms, uses, used, tops };
    bottoms.forEach((blob, i) => blob?.readers.push({ step, isUse: i < uses }));
    return step;
  });
  return { inputs: started, steps };
}

/** All that comes in from outside: inputs, and the tops of data layers. */
export function sourcesOf({ inputs, steps }: Flow): readonly FlowBlob[] {
  return [...inputs, ...steps.flatMap(({ type, tops }) => type?.inputs ? tops : [])];
}

/** Whether a layer measures, or writes a file: what it reads stays an output. */
export function measures({ layer, type }: Step): boolean {
  return type?.measures === true || type?.leftOut?.(layer) !== undefined;
}

/** Whether a layer only measures, so that nothing of it is left outside training. */
export function onlyMeasures({ layer, type }: Step): boolean {
  return type?.leftOut?.(layer) !== undefined ||
    type?.measures === true && type.lower === undefined;
}

/** Whether a layer only takes blobs away, so that they are no outputs. */
export function isSilent({ type }: Step): boolean {
  return type?.uses === 0;
}

/** Whether a layer has learned something, or may learn it. */
export function learns({ layer, type, bottoms }: Step): boolean {
  if (type === undefined) return layer.blobs.length + layer.params.length > 0;
  return type.blobs !== undefined && !(bottoms.length > 1 && fromBottoms.includes(type.type));
}

/** Layers that take from a second bottom, where they have one, what they would learn. */
const fromBottoms = ["Scale", "Bias"];
