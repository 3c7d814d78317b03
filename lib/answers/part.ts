/**
 * The part of a picture that a network sees, since preprocessing may crop it.
 *
 * @module
 */
import type { Pair } from "../../runtime/ops/attribute.ts";
import type { Box } from "../../runtime/ops/boxes.ts";
import { middle, type Preprocessing, resizedSize } from "../../runtime/preprocess.ts";

/** A part of a picture, with coordinates relative to the picture's width and height. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A point, with coordinates relative to the picture's width and height. */
export type Point = readonly [x: number, y: number];

/** The whole picture. */
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

/** A point relative to an outer part, converted to one relative to the picture. */
export function pointWithin([x, y]: Point, outer: Part): Point {
  return [outer.left + x * outer.width, outer.top + y * outer.height];
}

/** A box in pixels of the network's input, converted to one relative to the picture. */
export function boxWithin(box: Box, [height, width]: Pair, seen: Part) {
  const [left, top] = pointWithin([box[0] / width, box[1] / height], seen);
  const [right, bottom] = pointWithin([box[2] / width, box[3] / height], seen);
  return { left, top, right, bottom };
}

/** A part relative to an outer part, converted to one relative to the picture. */
export function partWithin(inner: Part, outer: Part): Part {
  return {
    left: outer.left + inner.left * outer.width,
    top: outer.top + inner.top * outer.height,
    width: inner.width * outer.width,
    height: inner.height * outer.height,
  };
}
