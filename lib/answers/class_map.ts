/**
 * Class maps: the class of each pixel, as segmentation networks predict it.
 *
 * @module
 */
import type { Pair } from "../../runtime/ops/attribute.ts";
import type { Image } from "../../runtime/preprocess.ts";
import type { Shape4, Tensor } from "../../runtime/tensor.ts";
import { palette } from "./palette.ts";
import type { Part } from "./part.ts";

/** Classes row by row; −1 for pixels that the network does not cover. */
export interface ClassMap {
  readonly width: number;
  readonly height: number;
  readonly classes: Int32Array;
}

/** The share of a class in a map. */
export interface ClassShare {
  readonly index: number;
  readonly label: string | null;
  /** From 0 to 1. */
  readonly share: number;
}

/**
 * The class map of one sample.
 *
 * @param sample The index of the sample in the batch.
 * @param isMap Whether the numbers are classes already, rather than scores for each class.
 */
export function classMapOf({ shape, data }: Tensor, sample: number, isMap: boolean): ClassMap {
  const [, channels, height, width] = shape as Shape4;
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
 * Resizes a map to a whole picture by nearest neighbor.
 *
 * @param part The part of the picture that the map covers.
 */
export function mapOfPicture(map: ClassMap, [height, width]: Pair, part: Part): ClassMap {
  const columns = cellsOf(width, map.width, part.left, part.width);
  const rows = cellsOf(height, map.height, part.top, part.height);
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

/** The cell that contains the center of each pixel; negative if there is none. */
function cellsOf(pixels: number, cells: number, start: number, extent: number): Int32Array {
  return Int32Array.from({ length: pixels }, (_, i) => {
    const cell = Math.floor(((i + 0.5) / pixels - start) / extent * cells);
    return cell < cells ? cell : -1;
  });
}

/** A map in the colours of its classes; transparent where the network does not cover the picture. */
export function paintMap({ width, height, classes }: ClassMap): Image {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0, at = 0; i < classes.length; i++, at += 4) {
    const index = classes[i]!;
    if (index < 0) continue;
    const colour = 3 * (index & 255);
    for (let c = 0; c < 3; c++) data[at + c] = palette[colour + c]!;
    data[at + 3] = 255;
  }
  return { width, height, data };
}

/** A picture blended in equal parts with the colours of a map of the same size. */
export function overlay({ width, height, data }: Image, map: ClassMap): Image {
  const painted = paintMap(map).data;
  const blended = Uint8ClampedArray.from(data);
  for (let i = 0; i < blended.length; i += 4) {
    blended[i + 3] = 255;
    if (painted[i + 3] === 0) continue;
    for (let c = i; c < i + 3; c++) blended[c] = (data[c]! + painted[c]!) / 2;
  }
  return { width, height, data: blended };
}
