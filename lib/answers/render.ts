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
 * The first sample of an output `[N, 3, H, W]`, with its colours in the order of the input.
 *
 * No network says what its numbers mean. They are parts of 1 if none is far outside −1 to 1; else
 * they are bytes, or bytes as preprocessing makes them, whichever of the two fits more of them.
 */
export function render({ shape, data }: Tensor, preprocessing: Preprocessing): Image {
  const [, , height, width] = shape as readonly [number, number, number, number];
  const plane = height * width, numbers = data.subarray(0, 3 * plane);
  const read = readingOf(numbers, plane, preprocessing);
  const pixels = new Uint8ClampedArray(4 * plane).fill(255);
  for (let channel = 0, at = 0; channel < 3; channel++) {
    const place = preprocessing.channelOrder === "bgr" ? 2 - channel : channel;
    for (let i = 0; i < plane; i++) pixels[4 * i + place] = read(numbers[at++]!, channel);
  }
  return { width, height, data: pixels };
}

function readingOf(
  numbers: Float32Array,
  plane: number,
  { mean, scale }: Preprocessing,
): Reading {
  let least = Infinity, most = -Infinity;
  for (const x of numbers) {
    least = Math.min(least, x);
    most = Math.max(most, x);
  }
  const slack = 0.1;
  if (Math.max(-least, most) <= 1 + slack) {
    return least < -slack ? (x) => 127.5 * (x + 1) : (x) => 255 * x;
  }
  const bytes: Reading = (x) => x;
  const prepared: Reading = (x, channel) => x / scale + (mean[channel] ?? mean[0] ?? 0);
  const misfits = (read: Reading) => {
    return numbers.reduce((sum, x, i) => {
      const byte = read(x, Math.floor(i / plane));
      return byte >= 0 && byte <= 255 ? sum : sum + 1;
    }, 0);
  };
  return misfits(prepared) < misfits(bytes) ? prepared : bytes;
}
