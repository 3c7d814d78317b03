/**
 * What an export says of a model beside its graph: how pictures become its input, and its classes.
 *
 * @module
 */
import type { Model } from "../../model.ts";

/** For `userDefinedMetadata`: plain JSON, a mean image as its values `[C, H, W]`. */
export function metadataOf({ graph, preprocessing, labels, provenance }: Model): object {
  return {
    name: graph.name,
    layout: "NHWC",
    preprocessing: preprocessing && {
      ...preprocessing,
      meanImage: preprocessing.meanImage && {
        shape: preprocessing.meanImage.shape,
        data: [...preprocessing.meanImage.data],
      },
    },
    labels,
    // What is fed at first as zeros, and then with what the run before has given.
    states: graph.states.map(({ input, output }) => ({ input: input.name, output: output.name })),
    provenance,
  };
}
