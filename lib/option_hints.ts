/**
 * Options of a conversion as they appear in messages: as in the API. The command line replaces them by
 * its own options.
 *
 * @module
 */
import type { Pair } from "../runtime/ops/attribute.ts";

/** The option for the shape of an input. */
export function inputShapeHint(name: string, shape: string): string {
  return inputShapesHint([[name, shape]]);
}

/** The option for the shapes of inputs. */
export function inputShapesHint(shapes: readonly (readonly [string, string])[]): string {
  const entries = shapes.map(([name, shape]) => `[${JSON.stringify(name)}, [${shape}]]`);
  return `inputShapes: new Map([${entries.join(", ")}])`;
}

/** The options that select layers. */
export function stateHint(
  state: { readonly phase?: string; readonly level?: number; readonly stages?: readonly string[] },
): string {
  const options = Object.entries(state).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ ${options.join(", ")} }`;
}

/** The option that injects a layer's blobs. */
export function injectHint(layer: string): string {
  return `inject: [{ layer: ${JSON.stringify(layer)}, value }]`;
}

/** The option that ends the network. */
export function outputsHint(blobs: readonly string[]): string {
  return `outputs: ${JSON.stringify(blobs)}`;
}

/** The option for the crop. */
export function cropHint([height, width]: Pair): string {
  return `preprocessing: { crop: [${height}, ${width}] }`;
}

/** The option for the size after resizing. */
export const resizeHint = "preprocessing: { resize }";

/** The option for means. */
export function meanHint(mean: readonly number[]): string {
  return `preprocessing: { mean: [${mean.join(", ")}] }`;
}

/** The option for the factor of pictures. */
export function scaleHint(scale: number): string {
  return `preprocessing: { scale: ${scale} }`;
}

/** The option for the mean image. */
export const meanImageHint = "preprocessing: { meanImage }";

/** The option for custom layers. */
export const layersHint = "layers: [defineLayer(…)]";

/** The advice where a layer of a fork is not supported. */
export const customLayerHint = `a custom layer can be given with ${layersHint}`;

/** The option that makes a Crop without settings align its bottoms. */
export const alignCropsHint = "alignCrops: true";
