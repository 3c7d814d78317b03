/**
 * Finds the learned blobs of each layer: in the caffemodel by the layer's name, in the network's
 * own file, in a layer that shares them, or by their filler.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/net.cpp
 *
 * @module
 */
import { suggest } from "../../proto/suggest.ts";
import { getOrInsertComputed } from "../../runtime/get_or_insert_computed.ts";
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { count, sameShape, type Shape, showShape } from "../../runtime/tensor.ts";
import type { LayerBlob, Net, NetLayer, ParamSpec } from "../caffe/net.ts";
import { constant, fill, isRandom, refuseHuge } from "../layers/filler.ts";
import type { BlobSpec } from "../layers/layer.ts";
import { showAmount } from "../numbers.ts";
import { injectHint } from "../option_hints.ts";
import type { Injections } from "./injections.ts";

/** A blob that several layers share by name. */
interface Shared {
  readonly owner: string;
  readonly value: Value;
}

/** Provides the blobs of layers, as constants of a graph. */
export class Weights {
  /** The layers of the caffemodel by name; the first layer of the network with that name takes all. */
  readonly #trained = new Map<string, NetLayer[]>();
  /** The final value of each shared blob, the last one in the file, and the layer that has it. */
  readonly #trainedShared = new Map<string, { readonly owner: string; readonly blob: LayerBlob }>();
  readonly #shared = new Map<string, Shared>();
  readonly #served = new Set<string>();
  readonly #hasTrained: boolean;
  /** Whether the weights come from another network. */
  readonly #isOther: boolean;
  readonly #injections: Injections;
  /** Layers with blobs that are random or unspecified before training, and not in a caffemodel. */
  readonly untrained: string[] = [];
  /** Layers missing in the caffemodel and without filler: zeros. */
  readonly zeroed: string[] = [];
  /** Layers missing in the caffemodel, which are filled by their fillers. */
  readonly filled: string[] = [];
  /** Layers of the caffemodel that the network does not have. */
  readonly #foreign: NetLayer[] = [];

  /**
   * @param net The network that the layers belong to.
   * @param trained The network that provides the weights, if it is another one.
   * @param injections The user's replacements.
   */
  constructor(net: Net, trained: Net | undefined, injections: Injections) {
    this.#injections = injections;
    const source = trained ?? net;
    this.#isOther = source !== net;
    this.#hasTrained = source.layers.some(({ blobs }) => blobs.length > 0);
    const targets = new Map(net.layers.toReversed().map((layer) => [layer.name, layer]));
    for (const layer of source.layers) {
      const target = targets.get(layer.name);
      if (layer.blobs.length === 0) continue;
      if (target === undefined) {
        this.#foreign.push(layer);
        continue;
      }
      getOrInsertComputed(this.#trained, layer.name, () => []).push(layer);
      for (const [i, blob] of layer.blobs.entries()) {
        const name = target.params[i]?.name;
        // HDF5 files store a shared blob only with the first layer.
        if (name && blob.data.length > 0) {
          this.#trainedShared.set(name, { owner: layer.name, blob });
        }
      }
    }
  }

  /** The names of layers in the caffemodel that the network does not have. */
  get foreign(): readonly string[] {
    return this.#foreign.map(({ name }) => name);
  }

  /** The names of layers in the caffemodel that no layer of the network has taken. */
  get unused(): readonly string[] {
    return [...this.#trained.keys()].filter((name) => !this.#served.has(name));
  }

  /** The number of layers that were found in the caffemodel. */
  get taken(): number {
    return this.#trained.size - this.unused.length;
  }

  /**
   * The blobs of a layer.
   *
   * @throws {TypeError} with the reason, if they are missing or do not fit.
   */
  of(layer: NetLayer, specs: readonly BlobSpec[], graph: GraphBuilder): readonly Value[] {
    const injected = this.#injections.take(layer.name, specs);
    if (specs.length === 0) return [];
    const found = this.#find(layer);
    this.#served.add(layer.name);
    if (found !== undefined) checkCount(found, specs, injected);
    return specs.map((spec, i) => {
      const name = `${layer.name}/${spec.name}`, { shape } = spec;
      if (spec.ignored) return graph.constant(name, unread);
      const sharing = layer.params[i]?.name ? layer.params[i] : undefined;
      const shared = sharing && this.#shared.get(sharing.name);
      const own = injected.get(i);
      if (shared !== undefined && own !== undefined) {
        throw new TypeError(
          `it shares its ${spec.name} "${sharing!.name}" with layer "${shared.owner}": inject ` +
            "them there",
        );
      }
      if (shared !== undefined) return reuse(shared, spec, sharing!, graph);
      const data = own ?? this.#stored(found?.blobs[i], spec, sharing) ??
        this.#filled(layer, spec, specs);
      const value = graph.constant(name, { shape, data });
      if (sharing !== undefined) this.#shared.set(sharing.name, { owner: layer.name, value });
      return value;
    });
  }

  /** The values of a blob in the files, if they have any. */
  #stored(
    blob: LayerBlob | undefined,
    spec: BlobSpec,
    sharing: ParamSpec | undefined,
  ): Float32Array | undefined {
    const stored = blob && fit(blob, spec);
    // In Caffe, the blob that is loaded last under a shared name overwrites the others.
    const last = sharing && this.#trainedShared.get(sharing.name);
    if (last === undefined) return stored;
    if (last.blob.data.length === count(spec.shape)) return last.blob.data;
    const [has, needs] = [last.blob, spec].map(({ shape }) => showShape(shape));
    throw new TypeError(
      `it shares its ${spec.name} "${sharing!.name}" with layer "${last.owner}", for which ` +
        `the caffemodel has ${has}, but here ${needs} is needed`,
    );
  }

  /** The shapes of the blobs that the files have for a layer which has not taken them yet. */
  shapesOf(layer: NetLayer): readonly Shape[] {
    return this.#find(layer)?.blobs.map(({ shape }) => shape) ?? [];
  }

  /** The layer whose blobs a layer takes. */
  #find(layer: NetLayer): NetLayer | undefined {
    // Caffe gives the blobs of every layer of a name to the first layer of that name.
    const saved = this.#served.has(layer.name) ? undefined : this.#trained.get(layer.name)?.at(-1);
    // What the caffemodel lacks is taken from the network's own file.
    return saved ?? (this.#isOther && layer.blobs.length > 0 ? layer : undefined);
  }

  /** The values of a blob before training. */
  #filled(
    layer: NetLayer,
    { name, shape, filler }: BlobSpec,
    specs: readonly BlobSpec[],
  ): Float32Array {
    // Without a filler, Caffe starts from zeros; if no other blob is trained, the weights are missing.
    const isKnown = filler === undefined ? this.#hasTrained : !isRandom(filler);
    if (this.#hasTrained && isKnown) {
      const missing = filler === undefined ? this.zeroed : this.filled;
      // A layer whose weights are zeros is not listed again for its biases.
      const isListed = [this.zeroed, missing].some((names) => names.at(-1) === layer.name);
      if (!isListed) missing.push(layer.name);
    }
    if (isKnown) return fill(filler ?? constant(0), shape);
    if (this.#hasTrained) {
      throw new TypeError(
        `the caffemodel has no layer of this name${this.#suggest(layer.name, specs)}, and the ` +
          `values of its ${name} before training are random (filler "${filler!.type}"); pass ` +
          "the caffemodel that belongs to this prototxt, or the numbers with " +
          injectHint(layer.name),
      );
    }
    refuseHuge(shape);
    if (this.untrained.at(-1) !== layer.name) this.untrained.push(layer.name);
    return new Float32Array(count(shape));
  }

  /** A suffix that names the layer of the caffemodel that may be meant. */
  #suggest(name: string, specs: readonly BlobSpec[]): string {
    const fitting = this.#foreign.filter((layer) => fits(layer, specs)).map(({ name }) => name);
    if (fitting.length === 0) return suggest(name, this.foreign);
    const names = fitting.slice(0, 3).map((name) => `"${name}"`).join(" or ");
    return suggest(name, fitting, ` (did you mean ${names}, whose weights fit?)`);
  }
}

/** Whether the blobs of a layer in a caffemodel have the shapes that another layer needs. */
function fits({ blobs }: NetLayer, specs: readonly BlobSpec[]): boolean {
  return blobs.length === specs.length &&
    blobs.every((blob, i) => sameShape(...essentials(blob, specs[i]!)));
}

/** A placeholder for a blob that no op reads. */
const unread = { shape: [], data: new Float32Array(1) };

/** Refuses too many blobs, and too few unless the rest is injected. */
function checkCount(
  { blobs }: NetLayer,
  specs: readonly BlobSpec[],
  injected: ReadonlyMap<number, unknown>,
): void {
  const provided = specs.filter((_, i) => i < blobs.length || injected.has(i));
  if (blobs.length <= specs.length && provided.length === specs.length) return;
  const has = blobs.map(({ shape }) => showShape(shape)).join(", ");
  const needs = specs.map(({ name, shape }) => `${name} ${showShape(shape)}`).join(", ");
  throw new TypeError(
    `the caffemodel has ${showAmount(blobs.length, "blob")} for it (${has}), but it needs ` +
      `${specs.length} (${needs})${doTheyMatch}`,
  );
}

/** The advice for a layer that another network seems to have trained. */
const doTheyMatch = "; do the prototxt and the caffemodel belong together?";

/** The numbers of a blob, checked against the shape that the layer needs. */
function fit(blob: LayerBlob, spec: BlobSpec): Float32Array {
  const [has, needs] = essentials(blob, spec);
  if (sameShape(has, needs)) return blob.data;
  // What differs after the number of outputs may come from an input of another size.
  const hint = has[0] === needs[0] ? "" : doTheyMatch;
  throw new TypeError(
    `the shape of its ${spec.name} is ${showShape(blob.shape)}, but ` +
      `${spec.because ?? "the network"} needs ${showShape(spec.shape)}${hint}`,
  );
}

function essentials(blob: LayerBlob, { shape }: BlobSpec): readonly [Shape, Shape] {
  return [essential(blob), essential({ shape, legacy: blob.legacy })];
}

/** A shape without the leading ones of legacy blobs, which always have four or five axes. */
function essential({ shape, legacy }: { shape: Shape; legacy: boolean }): Shape {
  if (!legacy && shape.length > 1) return shape;
  const first = shape.findIndex((extent) => extent !== 1);
  return first === -1 ? [] : shape.slice(first);
}

function reuse(shared: Shared, spec: BlobSpec, param: ParamSpec, graph: GraphBuilder): Value {
  const { value, owner } = shared;
  if (sameShape(value.shape, spec.shape)) return value;
  if (param.shareMode === "PERMISSIVE" && count(value.shape) === count(spec.shape)) {
    const data = graph.dataOf(value)!;
    return graph.constant(value.name, { shape: spec.shape, data });
  }
  throw new TypeError(
    `it shares its ${spec.name} "${param.name}" with layer "${owner}", where its shape ` +
      `is ${showShape(value.shape)}, but here ${showShape(spec.shape)} is needed`,
  );
}
