/**
 * Layer types for networks in training: they record their blobs, draw untrained ones, and keep
 * Dropout.
 *
 * @module
 */
import type { Value } from "../../runtime/graph.ts";
import { isRandom } from "../layers/filler.ts";
import { apply, type BlobSpec, type Layer } from "../layers/layer.ts";
import { draw, type Random } from "./initialize.ts";

/** A learned blob of a layer, and its constant in the graph. */
export interface LearnedBlob {
  readonly spec: BlobSpec;
  readonly value: Value;
  readonly data: Float32Array;
}

/** What a trainable network has beside its graph. */
export interface Learnable {
  /** The blobs of each layer by its name, as Caffe stores them. */
  readonly blobs: Map<string, readonly LearnedBlob[]>;
  /** The dropout ratio of nodes, by name. */
  readonly dropout: Map<string, number>;
  /** The moving average fraction of layers with statistics, by name. */
  readonly fractions: Map<string, number>;
}

/**
 * Layer types that record what they lower in `learnable`.
 *
 * @param isTrained Whether a layer's blob at an index is provided.
 */
export function learnableLayers(
  known: Iterable<Layer>,
  learnable: Learnable,
  isTrained: (layer: string, position: number) => boolean,
  random: Random,
): Layer[] {
  return [...known].map((type) => {
    if (type.type === "Dropout") return markingDropout(type, learnable);
    const { blobs, lower } = type;
    if (blobs === undefined || lower === undefined) return type;
    return {
      ...type,
      // Blobs to be drawn start as zeros, so that lowering does not report them missing.
      blobs: (shape) =>
        blobs.call(type, shape).map((spec) =>
          spec.filler !== undefined && isRandom(spec.filler)
            ? { ...spec, filler: { type: "constant", value: 0 } }
            : spec
        ),
      lower(instance) {
        const { name, graph } = instance;
        const specs = blobs.call(type, instance);
        const learned = specs.map((spec, i): LearnedBlob => {
          const value = instance.blobs[i]!;
          const data = graph.dataOf(value)!;
          const { filler } = spec;
          if (filler !== undefined && isRandom(filler) && !isTrained(name, i)) {
            data.set(draw(filler, spec.shape, random));
          }
          return { spec, value, data };
        });
        if (!learnable.blobs.has(name)) learnable.blobs.set(name, learned);
        const fraction = (instance.param as { moving_average_fraction?: number })
          ?.moving_average_fraction;
        if (fraction !== undefined) learnable.fractions.set(name, fraction);
        return lower.call(type, instance);
      },
    };
  });
}

/** Dropout becomes a named copy of its bottom. */
function markingDropout(type: Layer, { dropout }: Learnable): Layer {
  return {
    ...type,
    lower(instance) {
      const { graph, name, bottoms, param } = instance;
      const { dropout_ratio } = param as { dropout_ratio: number };
      const marked = apply(graph, "power", `${name}/kept`, bottoms, {});
      dropout.set(marked.name, dropout_ratio);
      return type.lower!({ ...instance, bottoms: [marked] });
    },
  };
}
