/**
 * The picture that a network makes of a picture, as style transfer and super-resolution do.
 *
 * @module
 */
import type { Image, Preprocessing } from "../../runtime/preprocess.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** How a number becomes a byte. */
type Reading = (x: number, channel: number) => number;

/**
 * One sample of an output: `[N, 3, H, W]`, with its colours in the order of the input, or
 * `[N, 1, H, W]`, its greys.
 *
 * No network says what its numbers mean. They are parts of 1 or what preprocessing makes of bytes, if
 * none is beyond 2; else they are bytes, or what preprocessing makes of them. The reading counts that
 * gives bytes for most of them.
 *
 * @param sample Which of those that were run at once.
 */
export function render(
  { shape, data }: Tensor,
  sample: number,
  preprocessing: Preprocessing,
): Image {
  const [, channels, height, width] = shape as readonly [number, number, number, number];
  const plane = height * width, size = channels * plane;
  const numbers = data.subarray(sample * size, (sample + 1) * size);
  const read = readingOf(numbers, plane, preprocessing);
  const pixels = new Uint8ClampedArray(4 * plane).fill(255);
  for (let place = 0; place < 3; place++) {
    const channel = channels === 1 ? 0 : preprocessing.channelOrder === "bgr" ? 2 - place : place;
    const start = channel * plane;
    for (let i = 0; i < plane; i++) pixels[4 * i + place] = read(numbers[start + i]!, channel);
  }
  return { width, height, data: pixels };
}

/** A later reading is taken only where it fits so large a part of the numbers more. */
const worthIt = 0.01;

function readingOf(
  numbers: Float32Array,
  plane: number,
  { mean, scale }: Preprocessing,
): Reading {
  const average = mean.reduce((sum, x) => sum + x, 0) / Math.max(1, mean.length);
  const means = mean.length * plane === numbers.length ? mean : [average, average, average];
  const prepared: Reading = (x, channel) => x / scale + means[channel]!;
  const isSmall = !numbers.some((x) => Math.abs(x) > 2);
  const readings: readonly Reading[] = isSmall
    ? [...scale === 1 ? [] : [prepared], (x) => 255 * x, (x) => 127.5 * (x + 1)]
    : [(x) => x, prepared];
  const misfits = readings.map((read) => misfitting(read, numbers, plane));
  const best = misfits.reduce(
    (best, share, i) => share < misfits[best]! - worthIt ? i : best,
    0,
  );
  return readings[best]!;
}

/** The part of numbers that a reading brings far out of a byte. */
function misfitting(read: Reading, numbers: Float32Array, plane: number): number {
  const slack = 25.5;
  let count = 0;
  for (let i = 0; i < numbers.length; i++) {
    const byte = read(numbers[i]!, Math.floor(i / plane));
    if (byte < -slack || byte > 255 + slack) count++;
  }
  return count / numbers.length;
}
