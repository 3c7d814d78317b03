/**
 * The metadata of an exported model: its preprocessing and its labels.
 *
 * @module
 */
import type { Model } from "../model.ts";

/**
 * The metadata as plain JSON, with the values of a mean image as `[C, H, W]`.
 *
 * @param layout The order of the axes of images.
 * @param keys The names of the inputs in the export by their names in the network, if some differ.
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
    // Each input is zero at first, then the output of the previous run.
    states: graph.states.map(({ input, output }) => {
      return { input: keyOf(input.name), output: output.name };
    }),
    // The names in the network.
    ...(keys && { inputs: Object.fromEntries([...keys].map(([name, key]) => [key, name])) }),
    provenance,
  };
}
