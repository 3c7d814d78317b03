/**
 * A fully connected layer in NHWC4: a 1 × 1 convolution over samples of one pixel each.
 *
 * @module
 */
import type { Attributes } from "../mod.ts";
import type { Shader } from "../shader.ts";
import { shadersOf } from "./conv2d.ts";
import { productOver } from "./convolution.ts";
import type { Traits } from "../traits.ts";

/** The input of a fully connected layer. */
export interface Samples {
  readonly count: number;
  /** How a sample is stored: `pixels` of `channels`. Weights number them by channel first. */
  readonly channels: number;
  readonly pixels: number;
}

/** The shaders for an input `[N, pixels · quads]`, stored in quads. */
export function denseFours(
  attributes: Attributes["dense"],
  { count, channels, pixels }: Samples,
  traits: Traits,
): readonly Shader[] {
  return shadersOf({
    ...attributes,
    ...productOver(count),
    group: 1,
    inputs: Math.ceil(channels / 4) * 4 * pixels,
    weights: [attributes.output, channels, pixels, 1],
  }, traits);
}
