/**
 * The metadata of an exported model: its preprocessing and its labels.
 *
 * @module
 */
import type { Model } from "../model.ts";

/**
 * Plain JSON, a mean image as its values `[C, H, W]`.
 *
 * @param layout In which order the axes of images stand.
 * @param keys What inputs are called in the export, by their names, if some have others there.
 */
export function metadataOf(
  { graph, preprocessing, labels, provenance }: Model,
  layout: "NHWC" | "NCHW",
  keys?: ReadonlyMap<string, string>,
): object {
  const keyOf = (name: string) => keys?.get(name) ?? name;
  return {
    name: graph.name,
    layout,
    preprocessing: preprocessing && {
      ...preprocessing,
      meanImage: preprocessing.meanImage && {
        shape: preprocessing.meanImage.shape,
        data: [...preprocessing.meanImage.data],
      },
    },
    labels,
    // What is fed at first as zeros, and then with what the run before has given.
    states: graph.states.map(({ input, output }) => {
      return { input: keyOf(input.name), output: output.name };
    }),
    // The names of the network's own.
    ...(keys && { inputs: Object.fromEntries([...keys].map(([name, key]) => [key, name])) }),
    provenance,
  };
}
