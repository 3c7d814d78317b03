/**
 * Which part of a picture a network sees: preprocessing may cut away what lies around it.
 *
 * @module
 */
import type { Pair } from "../../runtime/ops/attribute.ts";
import { middle, type Preprocessing, resizedSize } from "../../runtime/preprocess.ts";

/** A part of a picture, in parts of its width and height. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** All of a picture. */
export const whole: Part = { left: 0, top: 0, width: 1, height: 1 };

/**
 * The part of a picture that a network sees.
 *
 * @param image The height and width of the picture.
 * @param input Those of the network's input.
 */
export function partSeen(image: Pair, preprocessing: Preprocessing, input: Pair): Part {
  const size = resizedSize(image, preprocessing, input);
  const crop = preprocessing.crop ?? size;
  const [top, left] = middle(size, crop);
  const [height, width] = size;
  return {
    left: left / width,
    top: top / height,
    width: crop[1] / width,
    height: crop[0] / height,
  };
}

/** What a part of a part of a picture is of the picture itself. */
export function partWithin(inner: Part, outer: Part): Part {
  return {
    left: outer.left + inner.left * outer.width,
    top: outer.top + inner.top * outer.height,
    width: inner.width * outer.width,
    height: inner.height * outer.height,
  };
}
