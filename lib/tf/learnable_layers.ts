/**
 * The types of layers as a network that learns needs them: they tell which blobs they have, draw
 * those that nobody has trained, and leave Dropout in its place.
 *
 * @module
 */
import type { Value } from "../../runtime/graph.ts";
import { isRandom } from "../layers/filler.ts";
import { apply, type BlobSpec, type Layer } from "../layers/layer.ts";
import { draw, type Random } from "./initialize.ts";

/** A learned blob of a layer, and the constant that it became. */
export interface LearnedBlob {
  readonly spec: BlobSpec;
  readonly value: Value;
  readonly data: Float32Array;
}

/** What a network has that learns, beside its graph. */
export interface Learnable {
  /** The blobs of each layer by its name, as Caffe stores them. */
  readonly blobs: Map<string, readonly LearnedBlob[]>;
  /** What part of the elements each node leaves out in training, by the node's name. */
  readonly dropout: Map<string, number>;
  /** How much of the old statistics stays at each step, by the layer's name. */
  readonly fractions: Map<string, number>;
}

/**
 * Layers for a lowering, which notes in `learnable` what they are.
 *
 * @param isTrained Whether somebody gives the blob of a layer at a position.
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
      // What is drawn starts as zeros, so that a lowering does not miss it.
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

/** Dropout leaves its bottom as it is, under a name of its own, and what follows it as it was. */
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
