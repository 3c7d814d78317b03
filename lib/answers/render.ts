/**
 * Converts outputs to pictures, for networks such as style transfer and super-resolution.
 *
 * @module
 */
import type { Image, Preprocessing } from "../../runtime/preprocess.ts";
import type { Shape4, Tensor } from "../../runtime/tensor.ts";
import { channelMeans } from "../channel_means.ts";

/** An interpretation of an output's numbers: converts one to the range of a byte. */
type Reading = (x: number, channel: number) => number;

/**
 * One sample of an output: `[N, 3, H, W]`, with the channel order of the input, or `[N, 1, H, W]`,
 * grey.
 *
 * Networks do not declare the range of their output. Up to a magnitude of 2, numbers are taken as
 * preprocessed bytes, or as from 0 to 1, or from −1 to 1; else as bytes, or as preprocessed bytes.
 * Of these, the interpretation is chosen that keeps most numbers in the range of bytes. Of a mean
 * image, the mean of each channel is added.
 *
 * @param sample The index of the sample in the batch.
 */
export function render(
  { shape, data }: Tensor,
  sample: number,
  preprocessing: Preprocessing,
): Image {
  const [, channels, height, width] = shape as Shape4;
  const plane = height * width, size = channels * plane;
  const numbers = data.subarray(sample * size, (sample + 1) * size);
  const read = readingOf(numbers, plane, preprocessing);
  const pixels = new Uint8ClampedArray(4 * plane).fill(255);
  for (let colour = 0; colour < 3; colour++) {
    const position = preprocessing.channelOrder === "bgr" ? 2 - colour : colour;
    const channel = channels === 1 ? 0 : position, start = channel * plane;
    for (let i = 0; i < plane; i++) pixels[4 * i + colour] = read(numbers[start + i]!, channel);
  }
  return { width, height, data: pixels };
}

/** A later interpretation is preferred only if it fits this share of the numbers more. */
const significant = 0.01;

function readingOf(
  numbers: Float32Array,
  plane: number,
  { mean: given, meanImage, scale }: Preprocessing,
): Reading {
  const mean = meanImage === null ? given : channelMeans(meanImage);
  const average = mean.reduce((sum, x) => sum + x, 0) / Math.max(1, mean.length);
  const means = mean.length * plane === numbers.length ? mean : [average, average, average];
  const preprocessed: Reading = (x, channel) => x / scale + means[channel]!;
  const isSmall = !numbers.some((x) => Math.abs(x) > 2);
  const readings: readonly Reading[] = isSmall
    ? [...scale === 1 ? [] : [preprocessed], (x) => 255 * x, (x) => 127.5 * (x + 1)]
    : [(x) => x, preprocessed];
  const misfits = readings.map((read) => misfitsOf(read, numbers, plane));
  const best = misfits.reduce(
    (best, share, i) => share < misfits[best]! - significant ? i : best,
    0,
  );
  return readings[best]!;
}

/** The share of numbers that a reading converts to far outside the range of a byte. */
function misfitsOf(read: Reading, numbers: Float32Array, plane: number): number {
  const most = 255, tolerance = most / 10;
  let count = 0;
  for (let i = 0; i < numbers.length; i++) {
    const byte = read(numbers[i]!, Math.floor(i / plane));
    if (byte < -tolerance || byte > most + tolerance) count++;
  }
  return count / numbers.length;
}
