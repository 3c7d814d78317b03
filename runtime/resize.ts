/**
 * Bilinear resizing of bytes, bit-exact to OpenCV's `INTER_LINEAR`, with which most Caffe networks
 * saw their training images.
 *
 * Pixel centres lie at half-integers. Weights are fixed-point multiples of 1/2048, and the rounding
 * of each step is part of the definition. There is no antialiasing: a picture made much smaller is
 * sampled, except that halving both sides exactly averages 2 × 2 pixels.
 *
 * @module
 */
import type { Pair } from "./ops/attribute.ts";
import { roundToEven } from "./ops/round.ts";

/** A weight of 1 in fixed point. */
const one = 2 ** 11;

/** For each position along an axis of the result: the first pixel read, and the second's weight. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly firstWeight: Int32Array;
  readonly secondWeight: Int32Array;
}

/**
 * The picture in another size.
 *
 * @param pixels Bytes of shape `[height, width, channels]`.
 * @param from Its height and width.
 * @param to The height and width of the result.
 * @param ratios The factors of the height and the width, from which `to` may be rounded.
 * @returns Bytes of shape `[...to, channels]`.
 */
export function resizeBilinear(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: number,
  from: Pair,
  to: Pair,
  ratios: Pair = [to[0] / from[0], to[1] / from[1]],
): Uint8Array | Uint8ClampedArray {
  if (from[0] === to[0] && from[1] === to[1]) return pixels;
  if (from[0] === 2 * to[0] && from[1] === 2 * to[1]) return halve(pixels, channels, to);
  const result = new Uint8Array(to[0] * to[1] * channels);
  const rows = tapsOf(from[0], to[0], ratios[0]);
  const columns = tapsOf(from[1], to[1], ratios[1]);
  const stride = from[1] * channels;
  let upper = new Int32Array(to[1] * channels);
  let lower = new Int32Array(to[1] * channels);
  let upperRow = -1;
  let lowerRow = -1;
  for (let y = 0, at = 0; y < to[0]; y++) {
    const [top, bottom] = [rows.first[y]!, rows.second[y]!];
    // Rows that were interpolated for the previous position are reused.
    if (top === lowerRow) [upper, lower, upperRow, lowerRow] = [lower, upper, lowerRow, upperRow];
    if (top !== upperRow) resizeRow(pixels, stride * top, channels, columns, upper);
    if (bottom !== lowerRow) resizeRow(pixels, stride * bottom, channels, columns, lower);
    [upperRow, lowerRow] = [top, bottom];
    const [a, b] = [rows.firstWeight[y]!, rows.secondWeight[y]!];
    // Of the 22 bits that two weights add to a byte, OpenCV drops 4, then 16, then 2, and rounds only
    // the last.
    for (let x = 0; x < upper.length; x++) {
      result[at++] = ((a * (upper[x]! >> 4) >> 16) + (b * (lower[x]! >> 4) >> 16) + 2) >> 2;
    }
  }
  return result;
}

function resizeRow(
  pixels: Uint8Array | Uint8ClampedArray,
  start: number,
  channels: number,
  { first, second, firstWeight, secondWeight }: Taps,
  row: Int32Array,
): void {
  for (let x = 0, at = 0; x < first.length; x++) {
    const left = start + first[x]! * channels;
    const right = start + second[x]! * channels;
    for (let channel = 0; channel < channels; channel++) {
      row[at++] = pixels[left + channel]! * firstWeight[x]! +
        pixels[right + channel]! * secondWeight[x]!;
    }
  }
}

function tapsOf(from: number, to: number, ratio: number): Taps {
  // OpenCV takes the reciprocal of the ratio, which may differ from the inverse ratio in the last
  // digit.
  const scale = 1 / ratio;
  const taps = {
    first: new Int32Array(to),
    second: new Int32Array(to),
    firstWeight: new Int32Array(to),
    secondWeight: new Int32Array(to),
  };
  for (let i = 0; i < to; i++) {
    const position = Math.fround((i + 0.5) * scale - 0.5);
    const floor = Math.floor(position);
    const share = Math.fround(position - floor);
    taps.first[i] = clamp(floor, from);
    taps.second[i] = clamp(floor + 1, from);
    taps.firstWeight[i] = roundToEven(Math.fround(1 - share) * one);
    taps.secondWeight[i] = roundToEven(share * one);
  }
  return taps;
}

function clamp(position: number, extent: number): number {
  return Math.min(Math.max(position, 0), extent - 1);
}

/** Averages 2 × 2 pixels. */
function halve(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: number,
  [height, width]: Pair,
): Uint8Array {
  const result = new Uint8Array(height * width * channels);
  const stride = 2 * width * channels;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const i = 2 * y * stride + 2 * x * channels + channel;
        result[at++] = (pixels[i]! + pixels[i + channels]! + pixels[i + stride]! +
          pixels[i + stride + channels]! + 2) >> 2;
      }
    }
  }
  return result;
}
