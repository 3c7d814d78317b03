/**
 * Options of a conversion as messages name them, the way a program gives them. The command line,
 * which calls them otherwise, finds them in messages by these spellings.
 *
 * @module
 */
import type { Pair } from "../runtime/ops/attribute.ts";

/** The option that says the shape of an input. */
export function inputShapeHint(name: string, shape: string): string {
  return `inputShapes: new Map([[${JSON.stringify(name)}, [${shape}]]])`;
}

/** The options that choose layers. */
export function stateHint(
  state: { readonly phase?: string; readonly level?: number; readonly stages?: readonly string[] },
): string {
  const options = Object.entries(state).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ ${options.join(", ")} }`;
}

/** The option that gives a layer its numbers. */
export function injectHint(layer: string): string {
  return `inject: [{ layer: ${JSON.stringify(layer)}, value }]`;
}

/** The option that ends the network. */
export function outputsHint(blobs: readonly string[]): string {
  return `outputs: ${JSON.stringify(blobs)}`;
}

/** The option that says what is cut from pictures. */
export function cropHint([height, width]: Pair): string {
  return `preprocessing: { crop: [${height}, ${width}] }`;
}

/** The option that says what pictures are brought to. */
export const resizeHint = "preprocessing: { resize }";

/** The option that gives the picture which is subtracted. */
export const meanImageHint = "preprocessing: { meanImage }";

/** The option by which a Crop without settings aligns its bottoms. */
export const alignCropsHint = "alignCrops: true";
