/**
 * The class of each place of a picture, as a segmentation network tells it.
 *
 * @module
 */
import type { Pair } from "../../runtime/ops/attribute.ts";
import type { Image } from "../../runtime/preprocess.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { colourOf } from "./palette.ts";
import type { Part } from "./part.ts";

/** Classes row by row; −1 where the network has not looked. */
export interface ClassMap {
  readonly width: number;
  readonly height: number;
  readonly classes: Int32Array;
}

/** How much of a map is of a class. */
export interface ClassShare {
  readonly index: number;
  readonly label: string | null;
  /** A part of 1. */
  readonly share: number;
}

/**
 * The classes of one sample.
 *
 * @param sample Which of those that were run at once.
 * @param isMap Whether the numbers are classes, and not scores, of which the largest counts.
 */
export function classMapOf({ shape, data }: Tensor, sample: number, isMap: boolean): ClassMap {
  const [, channels, height, width] = shape as readonly [number, number, number, number];
  const plane = height * width, start = sample * channels * plane;
  if (isMap) {
    return { width, height, classes: Int32Array.from(data.subarray(start, start + plane)) };
  }
  const classes = new Int32Array(plane);
  const best = data.slice(start, start + plane);
  for (let c = 1, at = start + plane; c < channels; c++) {
    for (let i = 0; i < plane; i++, at++) {
      if (!(data[at]! > best[i]!)) continue;
      best[i] = data[at]!;
      classes[i] = c;
    }
  }
  return { width, height, classes };
}

/** The classes of a map, those with the largest shares first. */
export function sharesOf({ classes }: ClassMap, labels: readonly string[] | null): ClassShare[] {
  const counts = new Map<number, number>();
  for (const index of classes) counts.set(index, (counts.get(index) ?? 0) + 1);
  return [...counts]
    .map(([index, count]) => {
      return { index, label: labels?.[index] ?? null, share: count / classes.length };
    })
    .sort((a, b) => b.share - a.share || a.index - b.index);
}

/**
 * The map of a whole picture, each pixel of the class whose place it lies in.
 *
 * @param part The part of the picture that the map is of.
 */
export function mapOfPicture(map: ClassMap, [height, width]: Pair, part: Part): ClassMap {
  const columns = placesOf(width, map.width, part.left, part.width);
  const rows = placesOf(height, map.height, part.top, part.height);
  const classes = new Int32Array(height * width).fill(-1);
  for (let y = 0; y < height; y++) {
    if (rows[y]! < 0) continue;
    for (let x = 0; x < width; x++) {
      if (columns[x]! >= 0) {
        classes[y * width + x] = map.classes[rows[y]! * map.width + columns[x]!]!;
      }
    }
  }
  return { width, height, classes };
}

/** For each of some pixels the place that its middle lies in, −1 if in none. */
function placesOf(pixels: number, places: number, start: number, extent: number): Int32Array {
  return Int32Array.from({ length: pixels }, (_, i) => {
    const place = Math.floor(((i + 0.5) / pixels - start) / extent * places);
    return place < places ? place : -1;
  });
}

/** A map in the colours of its classes; clear where the network has not looked. */
export function paintMap({ width, height, classes }: ClassMap): Image {
  const data = new Uint8ClampedArray(width * height * 4);
  const colours = new Map([...new Set(classes)].map((index) => [index, colourOf(index)]));
  for (const [i, index] of classes.entries()) {
    if (index < 0) continue;
    data.set(colours.get(index)!, i * 4);
    data[i * 4 + 3] = 255;
  }
  return { width, height, data };
}

/** A picture under the colours of a map of the same size, half of each. */
export function overlay({ width, height, data }: Image, map: ClassMap): Image {
  const painted = paintMap(map).data;
  const mixed = Uint8ClampedArray.from(data);
  for (let i = 0; i < mixed.length; i += 4) {
    mixed[i + 3] = 255;
    if (painted[i + 3] === 0) continue;
    for (let c = i; c < i + 3; c++) mixed[c] = (data[c]! + painted[c]!) / 2;
  }
  return { width, height, data: mixed };
}
