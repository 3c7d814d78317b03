/**
 * Preprocesses pictures for networks.
 *
 * @module
 */
import { oversample } from "../lib/oversample.ts";
import { type Image, preprocess, type Preprocessing } from "../runtime/preprocess.ts";
import { decodeImage } from "./images.ts";

/** The channels, height and width of an input. */
export type SampleShape = readonly [channels: number, height: number, width: number];

/**
 * Decodes and preprocesses a picture, to `[C, H, W]`.
 *
 * @param file The name of the file, for messages.
 * @throws {TypeError} that names the file, if it is no picture or does not suit the network.
 */
export async function readPicture(
  bytes: Uint8Array,
  file: string,
  preprocessing: Preprocessing,
  shape: SampleShape,
): Promise<Float32Array> {
  return prepare(await decodeImage(bytes, file), file, preprocessing, shape);
}

/**
 * Preprocesses a picture, to `[C, H, W]`, or its ten crops, to `[10, C, H, W]`.
 *
 * @param file The name of the file, for messages.
 * @throws {TypeError} that names the file, if it does not suit the network.
 */
export function prepare(
  image: Image,
  file: string,
  preprocessing: Preprocessing,
  shape: SampleShape,
  isOversampled = false,
): Float32Array {
  return withPictureInErrors(
    file,
    () => (isOversampled ? oversample : preprocess)(image, preprocessing, shape),
  );
}

/** Adds the name of the file to errors about a picture. */
export function withPictureInErrors<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    const message = (cause as Error).message.replace("the image", () => file);
    throw new TypeError(message, { cause });
  }
}
