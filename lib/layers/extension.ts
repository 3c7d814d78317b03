/**
 * What settings of forks change in a layer of Caffe, apart from the layer itself.
 *
 * @module
 */
import type { Value } from "../../runtime/graph.ts";
import type { OpName } from "../../runtime/ops/mod.ts";
import {
  type BlobSpec,
  defineLayer,
  type Layer,
  type LayerInstance,
  type LayerShape,
} from "./layer.ts";

/** The changes that settings make to any layer whose parameter has them. */
export interface Extension<Param = unknown> {
  /** The ops that it may be lowered to, besides the layer's. */
  readonly ops?: readonly OpName[];
  /** Its learned blobs, given those of the layer without the settings; the same by default. */
  blobs?(layer: LayerShape<Param>, plain: Blobs): readonly BlobSpec[];
  /** Its tops, given how the layer without the settings is lowered. */
  lower(instance: LayerInstance<Param>, plain: Lower): readonly Value[];
}

type Blobs = (layer: LayerShape<unknown>) => readonly BlobSpec[];
type Lower = (instance: LayerInstance<unknown>) => readonly Value[];

/** Declares what settings change. */
export function defineExtension<Param>(extension: Extension<Param>): Extension {
  return extension as unknown as Extension;
}

/** Declares a type of layer with extensions, each of which changes what those before it made. */
export function defineExtendedLayer<Param>(
  extensions: readonly Extension[],
  layer: Layer<Param>,
): Layer {
  return extensions.reduce(
    (plain, { ops = [], blobs, lower }) => ({
      ...plain,
      ops: [...new Set([...plain.ops ?? [], ...ops])],
      ...blobs && { blobs: (shape: LayerShape<unknown>) => blobs(shape, plain.blobs!) },
      lower: (instance: LayerInstance<unknown>) => lower(instance, plain.lower!),
    }),
    defineLayer(layer),
  );
}
